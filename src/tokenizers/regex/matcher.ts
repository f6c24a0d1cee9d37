import { TransformersError } from "../../errors.js";
import { type IntBuffer, isPair, pointAt, pointBefore } from "../text.js";
import type { CharSet } from "./char-set.js";
import { Memo } from "./memo.js";
import { Places } from "./places.js";
import type { Program, Region } from "./program.js";
import { ASSERTIONS } from "./syntax.js";

// The instructions of a program. They are defined where they are carried out, because there each look at a constant of
// another module would cost as much as the step itself, where modules are not bundled.

/** Instructions take four numbers each: the operation and up to three operands. */
export const STRIDE = 4;

/** Matched to the end. */
export const MATCH = 0;
/** Consumes a character of set a. */
export const SET = 1;
/** Consumes, towards the start of the text, a character of set a. */
export const SET_BACK = 2;
/** Goes on at a. */
export const JUMP = 3;
/** Goes on at a and, where that fails, at b. */
export const SPLIT = 4;
/** Consumes characters of set a: at least b, at most c (-1: without end); as many as possible, then fewer. */
export const LOOP_GREEDY = 5;
/** The same, as few as possible, then more. */
export const LOOP_LAZY = 6;
/** The same, as many as possible and never fewer. */
export const LOOP_POSSESSIVE = 7;
/** Notes in register a where a turn of a loop begins. */
export const MARK = 8;
/** Goes on at b where the turn noted in register a has consumed nothing. */
export const LEAVE_IF_EMPTY = 9;
/** Holds where assertion a does. */
export const ASSERT = 10;
/** Holds where what begins at a matches (b: does not match); goes on at c. */
export const LOOK = 11;
/** Consumes the first match of what begins at a; goes on at c. */
export const ATOMIC = 12;
/** Consumes a line break. */
export const NEWLINE = 13;
/** Consumes the rest of a grapheme cluster. */
export const CLUSTER = 14;
/** Consumes a character of set a where there is one; goes on at b where there is none. */
export const SET_ELSE = 15;
/** Consumes all characters of set a. */
export const DRAIN = 16;

/** Numbers in a frame of the stack: what to do (instruction and kind), position, data, length of the trail. */
const FRAME = 4;
const RESUME = 0;
const SHRINK = 1;
const GROW = 2;
const RESTORE = 3;
/** The stack may take 256 MB. */
const LARGEST_STACK = 1 << 26;
/** A larger one is not kept for the next text. */
const LARGEST_KEPT = 1 << 16;
/** Steps that a text of so many units may take before its search goes on with a memo. */
const stepsWithoutMemo = (length: number) => 100_000 + 32 * length;
/** Steps of a search that asks where it began, so that what has failed in one search need not fail in the next. */
const MOST_STEPS = 50_000_000;

const NO_UNITS = new Uint16Array(0);
const OUT_OF_STEPS = Symbol("out of steps");

/**
 * Finds the matches of a program by trying one way after the other. Where that takes more steps than a small multiple
 * of the text's length, it goes on with the thorough program and a memo: then each state is entered once per position,
 * and the whole takes time and memory in proportion to the text.
 */
export class Matcher {
  readonly #source: string;
  readonly #quick: Program;
  readonly #makeThorough: () => Program | undefined;
  readonly #freeSteps: (length: number) => number;
  #thorough: Program | undefined;
  #program: Program;
  #memo: Memo | null = null;
  #stack = new Int32Array(256);
  #top = 0;
  #registers = new Int32Array(0);
  #units: Uint16Array = NO_UNITS;
  #from = 0;
  #to = 0;
  #searchStart = 0;
  #places: Places | undefined;
  #matchStart = 0;
  #steps = 0;
  #mostSteps = 0;

  /** `source` is the pattern, for errors. */
  constructor(
    source: string,
    quick: Program,
    makeThorough: () => Program | undefined,
    freeSteps = stepsWithoutMemo,
  ) {
    this.#source = source;
    this.#quick = quick;
    this.#makeThorough = makeThorough;
    this.#freeSteps = freeSteps;
    this.#program = quick;
  }

  /** Steps that the last call of {@link findAll} took. */
  get steps(): number {
    return this.#steps;
  }

  /**
   * Appends start and end of each match in units[from, to), where nothing around is seen. An empty match directly
   * behind a match does not count.
   * @throws TransformersError UNSUPPORTED where the pattern needs more memory for the text than there may be.
   */
  findAll(units: Uint16Array, from: number, to: number, found: IntBuffer): void {
    this.#units = units;
    this.#from = from;
    this.#to = to;
    this.#places = undefined;
    this.#steps = 0;
    this.#use(this.#quick, null, this.#freeSteps(to - from));
    let lastEnd = -1;
    for (let start = from; start <= to; ) {
      const end = this.#search(start);
      if (end < 0) break;
      const matchStart = this.#matchStart;
      if (matchStart === end && end === lastEnd) {
        start += start < to && isPair(units, start, to) ? 2 : 1;
        continue;
      }
      found.push(matchStart);
      found.push(end);
      lastEnd = end;
      start = end;
    }
    this.#memo = null;
    this.#units = NO_UNITS;
    if (this.#stack.length > LARGEST_KEPT) this.#stack = new Int32Array(256);
  }

  /** The end of the first match from `start` on, or -1. */
  #search(start: number): number {
    if (this.#memo !== null && this.#program.asksSearchStart) this.#useThorough();
    try {
      return this.#scan(start);
    } catch (error) {
      if (error !== OUT_OF_STEPS) throw error;
      if (this.#memo !== null) throw this.#tooMuch("time");
    }
    this.#useThorough();
    return this.#scan(start);
  }

  /** Goes on with the thorough program, and with a memo that is still empty. */
  #useThorough(): void {
    this.#thorough ??= this.#makeThorough();
    if (this.#thorough === undefined) throw this.#tooMuch("time");
    const memo = new Memo(this.#thorough.slotCount, this.#to - this.#from);
    const mostSteps = this.#thorough.asksSearchStart ? MOST_STEPS : Number.POSITIVE_INFINITY;
    this.#use(this.#thorough, memo, mostSteps);
  }

  #use(program: Program, memo: Memo | null, mostSteps: number): void {
    this.#program = program;
    this.#memo = memo;
    this.#mostSteps = mostSteps;
    if (this.#registers.length < program.registers) this.#registers = new Int32Array(program.registers);
    this.#top = 0;
  }

  #scan(from: number): number {
    const { first } = this.#program;
    const units = this.#units;
    const to = this.#to;
    this.#searchStart = from;
    const bits = first?.units;
    for (let start = from; start <= to; ) {
      if (first !== undefined && bits !== undefined) {
        // Skips what no match begins with.
        for (; start < to; start++) {
          const unit = units[start]!;
          if ((unit & 0xf800) !== 0xd800) {
            if ((bits[unit >> 5]! >>> (unit & 31)) & 1) break;
          } else {
            if (first.has(pointAt(units, start, to))) break;
            start++;
          }
        }
        if (start >= to) return -1;
      }
      const end = this.#run(0, start, 0);
      if (end >= 0) {
        this.#matchStart = start;
        return end;
      }
      start += start < to && isPair(units, start, to) ? 2 : 1;
    }
    return -1;
  }

  /** The end of the match of what begins at instruction `pc`, or -1. */
  #run(entry: number, start: number, region: Region): number {
    const { code, sets, slots } = this.#program;
    const memo = this.#memo;
    const units = this.#units;
    const to = this.#to;
    const base = this.#top;
    const trailBase = memo === null ? 0 : memo.trail.length;
    let pc = entry;
    let position = start;
    for (;;) {
      if (++this.#steps > this.#mostSteps) throw OUT_OF_STEPS;
      const a = code[pc + 1]!;
      let goesOn = true;
      switch (code[pc]) {
        case MATCH:
          if (memo !== null && !this.#settle(memo, trailBase, position, region))
            throw this.#tooMuch("memory");
          this.#top = base;
          return position;
        case SET:
        case SET_ELSE: {
          const next = stepOver(sets[a]!, units, position, to);
          if (next >= 0) {
            position = next;
            pc += STRIDE;
          } else if (code[pc] === SET_ELSE) {
            pc = code[pc + 2]!;
          } else {
            goesOn = false;
          }
          break;
        }
        case SET_BACK: {
          const point = position > this.#from ? pointBefore(units, position, this.#from) : -1;
          if (point >= 0 && sets[a]!.has(point)) {
            position -= point > 0xffff ? 2 : 1;
            pc += STRIDE;
          } else {
            goesOn = false;
          }
          break;
        }
        case JUMP:
          pc = a;
          break;
        case SPLIT:
        case DRAIN: {
          if (memo !== null) {
            const slot = slots[pc / STRIDE]! + this.#level(pc, position);
            const at = position - this.#from;
            if (memo.hasFailed(slot, at)) {
              goesOn = false;
              break;
            }
            if (region !== 0 && memo.hasSucceeded(slot, at)) {
              const end = region === 2 ? memo.endOf(slot, at) : position;
              if (!this.#settle(memo, trailBase, end, region)) throw this.#tooMuch("memory");
              this.#top = base;
              return end;
            }
            memo.trail.push(slot);
            memo.trail.push(at);
          }
          if (code[pc] === SPLIT) {
            this.#push(code[pc + 2]!, RESUME, position, 0);
            pc = a;
          } else {
            const next = stepOver(sets[a]!, units, position, to);
            if (next >= 0) position = next;
            else pc += STRIDE;
          }
          break;
        }
        case LOOP_GREEDY:
        case LOOP_LAZY:
        case LOOP_POSSESSIVE: {
          const min = code[pc + 2]!;
          const max = code[pc + 3]!;
          const isLazy = code[pc] === LOOP_LAZY;
          const least = this.#runThrough(sets[a]!, position, min);
          if (least < 0) {
            goesOn = false;
            break;
          }
          if (isLazy) {
            if (max < 0 || max > min) this.#push(pc, GROW, least, max < 0 ? -1 : max - min);
            position = least;
          } else {
            position = this.#runThrough(sets[a]!, least, max < 0 ? -1 : max - min, true);
            if (code[pc] === LOOP_GREEDY && position > least) this.#push(pc, SHRINK, position, least);
          }
          pc += STRIDE;
          break;
        }
        case MARK:
          this.#push(0, RESTORE, a, this.#registers[a]!);
          this.#registers[a] = position;
          pc += STRIDE;
          break;
        case LEAVE_IF_EMPTY:
          pc = this.#registers[a] === position ? code[pc + 2]! : pc + STRIDE;
          break;
        case ASSERT:
          goesOn = this.#placesOf().holds(ASSERTIONS[a]!, position, this.#searchStart);
          pc += STRIDE;
          break;
        case LOOK:
          goesOn = this.#run(a, position, 1) >= 0 === (code[pc + 2] === 0);
          pc = code[pc + 3]!;
          break;
        case ATOMIC:
          position = this.#run(a, position, 2);
          goesOn = position >= 0;
          pc = code[pc + 3]!;
          break;
        case NEWLINE:
          position = this.#placesOf().afterNewline(position);
          goesOn = position >= 0;
          pc += STRIDE;
          break;
        case CLUSTER:
          goesOn = position < to;
          if (goesOn) position = this.#placesOf().afterCluster(position);
          pc += STRIDE;
          break;
      }
      if (goesOn) continue;
      // Goes back to where there was another way.
      for (;;) {
        if (this.#top === base) {
          if (memo !== null && !memo.fail(trailBase)) throw this.#tooMuch("memory");
          return -1;
        }
        const stack = this.#stack;
        const frame = this.#top - FRAME;
        const what = stack[frame]!;
        if (memo !== null && !memo.fail(stack[frame + 3]!)) throw this.#tooMuch("memory");
        const kind = what & 3;
        if (kind === RESTORE) {
          this.#registers[stack[frame + 1]!] = stack[frame + 2]!;
          this.#top = frame;
          continue;
        }
        position = stack[frame + 1]!;
        pc = what >> 2;
        if (kind === RESUME) {
          this.#top = frame;
          break;
        }
        if (kind === SHRINK) {
          position -= position - 2 >= stack[frame + 2]! && isPair(units, position - 2, position) ? 2 : 1;
          if (position > stack[frame + 2]!) stack[frame + 1] = position;
          else this.#top = frame;
          pc += STRIDE;
          break;
        }
        const next = stepOver(sets[code[pc + 1]!]!, units, position, to);
        const left = stack[frame + 2]!;
        if (next < 0 || left === 1) this.#top = frame;
        else stack[frame + 1] = next;
        if (next < 0) continue;
        stack[frame + 2] = left - 1 < 0 ? -1 : left - 1;
        position = next;
        pc += STRIDE;
        break;
      }
    }
  }

  /** Notes what a success means for the states that led to it. */
  #settle(memo: Memo, from: number, end: number, region: Region): boolean {
    if (region !== 0) return memo.succeed(from, end, region === 2);
    memo.trail.length = from;
    return true;
  }

  /** How many of the loops around an instruction have consumed something in their present turn. */
  #level(pc: number, position: number): number {
    const loops = this.#program.loops[pc / STRIDE]!;
    let level = 0;
    while (level < loops.length && this.#registers[loops[level]!] !== position) level++;
    return level;
  }

  /** The place behind `count` characters of `set` (-1: all there are); -1 where there are fewer and `orFewer` is not set. */
  #runThrough(set: CharSet, from: number, count: number, orFewer = false): number {
    const units = this.#units;
    const to = this.#to;
    const bits = set.units;
    let position = from;
    let left = count;
    while (left !== 0 && position < to) {
      const unit = units[position]!;
      if ((unit & 0xf800) !== 0xd800) {
        if (((bits[unit >> 5]! >>> (unit & 31)) & 1) === 0) break;
        position++;
      } else {
        if (!set.has(pointAt(units, position, to))) break;
        position += isPair(units, position, to) ? 2 : 1;
      }
      left--;
    }
    this.#steps += position - from;
    return left > 0 && !orFewer ? -1 : position;
  }

  #push(pc: number, kind: number, position: number, data: number): void {
    if (this.#top === this.#stack.length) {
      if (this.#top >= LARGEST_STACK) throw this.#tooMuch("memory");
      const larger = new Int32Array(this.#stack.length * 2);
      larger.set(this.#stack);
      this.#stack = larger;
    }
    const stack = this.#stack;
    stack[this.#top] = (pc << 2) | kind;
    stack[this.#top + 1] = position;
    stack[this.#top + 2] = data;
    stack[this.#top + 3] = this.#memo === null ? 0 : this.#memo.trail.length;
    this.#top += FRAME;
  }

  #placesOf(): Places {
    this.#places ??= new Places(this.#units, this.#from, this.#to);
    return this.#places;
  }

  #tooMuch(what: "time" | "memory"): TransformersError {
    this.#top = 0;
    this.#memo = null;
    this.#stack = new Int32Array(256);
    return new TransformersError(
      "UNSUPPORTED",
      `the regular expression ${JSON.stringify(this.#source.slice(0, 200))} takes too much ${what} on a text of ${this.#to - this.#from} UTF-16 units`,
    );
  }
}

/** The place behind the character of `set` at `position`, or -1. */
function stepOver(set: CharSet, units: Uint16Array, position: number, to: number): number {
  if (position >= to) return -1;
  const unit = units[position]!;
  if ((unit & 0xf800) !== 0xd800) return (set.units[unit >> 5]! >>> (unit & 31)) & 1 ? position + 1 : -1;
  if (!set.has(pointAt(units, position, to))) return -1;
  return position + (isPair(units, position, to) ? 2 : 1);
}
