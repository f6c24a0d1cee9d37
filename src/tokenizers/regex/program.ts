import { ANY, CharSet, NONE } from "./char-set.js";
import {
  ASSERT,
  ATOMIC,
  CLUSTER,
  DRAIN,
  JUMP,
  LEAVE_IF_EMPTY,
  LOOK,
  LOOP_GREEDY,
  LOOP_LAZY,
  LOOP_POSSESSIVE,
  MARK,
  MATCH,
  NEWLINE,
  SET,
  SET_BACK,
  SET_ELSE,
  SPLIT,
  STRIDE,
} from "./matcher.js";
import { ASSERTIONS, isNullable, type Node, type Repeat } from "./syntax.js";

/** What a state is part of, and what its success therefore means: all, a look around, or an atomic group. */
export type Region = 0 | 1 | 2;

/** A regular expression as instructions. */
export interface Program {
  readonly code: Int32Array;
  readonly sets: readonly CharSet[];
  readonly registers: number;
  /** What a match can begin with; undefined: with anything, or with nothing. */
  readonly first: CharSet | undefined;
  /** Whether it asks where the search began. */
  readonly asksSearchStart: boolean;
  /** By instruction: the first of its slots in the memo, or -1 for an instruction that always does the same. */
  readonly slots: Int32Array;
  readonly slotCount: number;
  /** By instruction: the registers of the loops around it whose turns may be empty, outer ones first. */
  readonly loops: readonly (readonly number[])[];
  readonly regions: readonly Region[];
}

const LARGEST = 50_000 * STRIDE;

/**
 * Compiles a tree. A thorough program does one step at a time, so that what has failed once need not be tried again;
 * the other one runs through characters of one set.
 * @returns undefined where the program would be too long.
 */
export function compile(node: Node, thorough: boolean): Program | undefined {
  const compiler = new Compiler(thorough);
  return compiler.compile(node);
}

class Compiler {
  readonly #thorough: boolean;
  readonly #code: number[] = [];
  readonly #sets: CharSet[] = [];
  readonly #setIndex = new Map<CharSet, number>();
  readonly #slots: number[] = [];
  readonly #loops: (readonly number[])[] = [];
  readonly #regions: Region[] = [];
  #registers = 0;
  #slotCount = 0;
  #asksSearchStart = false;
  /** Of the code that is being written. */
  #around: readonly number[] = [];
  #region: Region = 0;
  #back = false;

  constructor(thorough: boolean) {
    this.#thorough = thorough;
  }

  compile(node: Node): Program | undefined {
    this.#add(node);
    this.#emit(MATCH);
    if (this.#isTooLong) return undefined;
    const first = firstOf(node);
    return {
      code: Int32Array.from(this.#code),
      sets: this.#sets,
      registers: this.#registers,
      first: isNullable(node) || first.complement().isEmpty ? undefined : first,
      asksSearchStart: this.#asksSearchStart,
      slots: Int32Array.from(this.#slots),
      slotCount: this.#slotCount,
      loops: this.#loops,
      regions: this.#regions,
    };
  }

  get #next(): number {
    return this.#code.length;
  }

  get #isTooLong(): boolean {
    return this.#code.length > LARGEST;
  }

  #emit(op: number, a = 0, b = 0, c = 0): number {
    const at = this.#next;
    this.#code.push(op, a, b, c);
    const forks = op === SPLIT || op === DRAIN;
    this.#slots.push(forks ? this.#slotCount : -1);
    if (forks) this.#slotCount += this.#around.length + 1;
    this.#loops.push(this.#around);
    this.#regions.push(this.#region);
    return at;
  }

  #add(node: Node): void {
    if (this.#isTooLong) return;
    switch (node.kind) {
      case "set":
        this.#emit(this.#back ? SET_BACK : SET, this.#set(node.set));
        break;
      case "sequence":
        for (const item of this.#back ? [...node.items].reverse() : node.items) this.#add(item);
        break;
      case "choice":
        this.#addChoice(node.options);
        break;
      case "repeat":
        this.#addRepeat(node);
        break;
      case "atomic":
        this.#addRegion(ATOMIC, node.body, 2, false, 0);
        break;
      case "look":
        this.#addRegion(LOOK, node.body, 1, node.behind, node.negative ? 1 : 0);
        break;
      case "assertion":
        if (node.assertion === "search start") this.#asksSearchStart = true;
        this.#emit(ASSERT, ASSERTIONS.indexOf(node.assertion));
        break;
      case "newline":
        this.#emit(NEWLINE);
        break;
      case "cluster":
        this.#emit(CLUSTER);
        break;
    }
  }

  #addChoice(options: readonly Node[]): void {
    const sets = options.flatMap((option) => (option.kind === "set" ? option.set : []));
    if (sets.length === options.length) {
      this.#add({ kind: "set", set: NONE.union(...sets) });
      return;
    }
    const jumps: number[] = [];
    for (const [i, option] of options.entries()) {
      const isLast = i === options.length - 1;
      const split = isLast ? -1 : this.#emit(SPLIT, this.#next + STRIDE);
      this.#add(option);
      if (isLast) break;
      jumps.push(this.#emit(JUMP));
      this.#code[split + 2] = this.#next;
    }
    for (const jump of jumps) this.#code[jump + 1] = this.#next;
  }

  #addRegion(op: number, body: Node, region: Region, back: boolean, flag: number): void {
    const at = this.#emit(op, this.#next + STRIDE, flag);
    const before = { around: this.#around, region: this.#region, back: this.#back };
    this.#around = [];
    this.#region = region;
    this.#back = back;
    this.#add(body);
    this.#emit(MATCH);
    this.#around = before.around;
    this.#region = before.region;
    this.#back = before.back;
    this.#code[at + 3] = this.#next;
  }

  #addRepeat(node: Repeat): void {
    const { min, max, mode } = node;
    const body = simplified(node);
    if (body.kind === "set" && !this.#back && (!this.#thorough || mode === "possessive")) {
      this.#addSetLoop(body.set, node);
      return;
    }
    if (mode === "possessive") {
      this.#addRegion(ATOMIC, { ...node, body, mode: "greedy" }, 2, false, 0);
      return;
    }
    for (let i = 0; i < min && !this.#isTooLong; i++) this.#add(body);
    if (max === Number.POSITIVE_INFINITY) {
      this.#addLoop(body, mode === "lazy");
      return;
    }
    const splits: number[] = [];
    for (let i = min; i < max && !this.#isTooLong; i++) {
      splits.push(this.#addFork(mode === "lazy"));
      this.#add(body);
    }
    for (const split of splits) this.#leaveTo(split, mode === "lazy", this.#next);
  }

  #addSetLoop(set: CharSet, { min, max, mode }: Repeat): void {
    const index = this.#set(set);
    if (!this.#thorough) {
      const op = { greedy: LOOP_GREEDY, lazy: LOOP_LAZY, possessive: LOOP_POSSESSIVE }[mode];
      this.#emit(op, index, min, max === Number.POSITIVE_INFINITY ? -1 : max);
      return;
    }
    for (let i = 0; i < min && !this.#isTooLong; i++) this.#emit(SET, index);
    if (max === Number.POSITIVE_INFINITY) {
      this.#emit(DRAIN, index);
      return;
    }
    const optional: number[] = [];
    for (let i = min; i < max && !this.#isTooLong; i++) optional.push(this.#emit(SET_ELSE, index));
    for (const at of optional) this.#code[at + 2] = this.#next;
  }

  /** A loop without end. A turn that consumes nothing is the last one. */
  #addLoop(body: Node, isLazy: boolean): void {
    const register = isNullable(body) ? this.#registers++ : -1;
    const { length } = this.#around;
    const split = this.#addFork(isLazy);
    if (register >= 0) {
      this.#emit(MARK, register);
      this.#around = [...this.#around, register];
    }
    this.#add(body);
    this.#around = this.#around.slice(0, length);
    const leave = register >= 0 ? this.#emit(LEAVE_IF_EMPTY, register) : -1;
    this.#emit(JUMP, split);
    if (leave >= 0) this.#code[leave + 2] = this.#next;
    this.#leaveTo(split, isLazy, this.#next);
  }

  /** A fork between what comes next and another place, which {@link #leaveTo} sets. */
  #addFork(isLazy: boolean): number {
    const split = this.#emit(SPLIT);
    this.#code[split + (isLazy ? 2 : 1)] = this.#next;
    return split;
  }

  #leaveTo(split: number, isLazy: boolean, target: number): void {
    this.#code[split + (isLazy ? 1 : 2)] = target;
  }

  #set(set: CharSet): number {
    let index = this.#setIndex.get(set);
    if (index === undefined) {
      index = this.#sets.push(set) - 1;
      this.#setIndex.set(set, index);
    }
    return index;
  }
}

/**
 * The body of a repetition. One of a set and of strings of the same characters (as case folding makes them) is the
 * set alone where any number is taken: the places that are reached are the same, in the same order.
 */
function simplified({ body, min, max }: Repeat): Node {
  if (body.kind !== "choice" || min > 1 || max !== Number.POSITIVE_INFINITY) return body;
  const [first, ...rest] = body.options;
  if (first?.kind !== "set") return body;
  const inFirst = (node: Node) => node.kind === "set" && node.set.without(first.set).isEmpty;
  const isCovered = (node: Node) => (node.kind === "sequence" ? node.items.every(inFirst) : inFirst(node));
  return rest.every(isCovered) ? first : body;
}

/** What a node's matches can begin with, as far as they consume anything. */
function firstOf(node: Node): CharSet {
  switch (node.kind) {
    case "set":
      return node.set;
    case "sequence": {
      const sets: CharSet[] = [];
      for (const item of node.items) {
        sets.push(firstOf(item));
        if (!isNullable(item)) break;
      }
      return NONE.union(...sets);
    }
    case "choice":
      return NONE.union(...node.options.map(firstOf));
    case "repeat":
    case "atomic":
      return firstOf(node.body);
    case "look":
    case "assertion":
      return NONE;
    case "newline":
      return CharSet.ofRanges([
        [0x0a, 0x0d],
        [0x85, 0x85],
        [0x2028, 0x2029],
      ]);
    case "cluster":
      return ANY;
  }
}
