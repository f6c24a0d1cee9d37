import { expect, test } from "vitest";
import { inMemory, mutatedCheckpoint } from "../../../tests/support/mutated-checkpoints.js";
import {
  archive,
  bytes,
  call,
  dict,
  global,
  int,
  legacy,
  legacyMagic,
  pickle,
  proto,
  stop,
  storage,
  tar,
  tensor,
  tuple,
  u32,
  unicode,
  type ZipEntry,
  zip,
} from "../../../tests/support/pickles.js";
import { TransformersError } from "../../errors.js";
import { readPytorchCheckpoint } from "./index.js";

const eightBytes = new Uint8Array(8);
const good = pickle(dict(unicode("w"), tensor()));

test("a well-formed file made by hand is read", async () => {
  for (const file of [archive(good, { "0": eightBytes }), legacy(good, { "0": eightBytes })]) {
    const checkpoint = await readPytorchCheckpoint(inMemory(file));
    expect([...checkpoint.values()]).toMatchObject([{ name: "w", dtype: "F32", shape: [2] }]);
  }
  const zip64 = zip([{ name: "a/data.pkl", data: pickle(dict()) }], { zip64: true });
  expect(await readPytorchCheckpoint(inMemory(zip64))).toEqual(new Map());
});

/** What scanners of pickles know as dangerous, and names that mean something to JavaScript. */
const dangerous = `
  builtins.eval builtins.exec builtins.compile builtins.__import__ builtins.getattr builtins.setattr builtins.open
  builtins.apply builtins.print builtins.map builtins.globals builtins.breakpoint __builtin__.eval __builtin__.exec
  os.system os.popen os.execv os.spawnl os.remove posix.system nt.system subprocess.run subprocess.Popen
  subprocess.call subprocess.check_output subprocess.getoutput runpy.run_path runpy._run_code runpy.run_module
  pty.spawn ctypes.CDLL ctypes.WinDLL importlib.import_module importlib.reload pkgutil.resolve_name
  operator.methodcaller operator.attrgetter operator.itemgetter pydoc.locate pydoc.pipepager functools.partial
  functools.reduce bdb.Bdb.run cProfile.run cProfile.runctx profile.Profile.run trace.Trace.run timeit.timeit
  timeit.main pip.main pip._internal.main http.client.HTTPSConnection socket.socket socket.create_connection
  urllib.request.urlopen urllib.request.urlretrieve webbrowser.open requests.get requests.api.get aiohttp.ClientSession
  io.FileIO io.open _io.open logging.FileHandler logging.config.listen numpy.testing._private.utils.runstring
  numpy.f2py.crackfortran.getlincoef numpy.core.multiarray._reconstruct torch.load torch.hub.load
  torch._inductor.codecache.compile_file torch.utils.collect_env.run torch.jit.unsupported_tensor_ops.execWrapper
  torch.utils._config_module.load_config torch.distributed.rpc.server.init torch.serialization.load
  torch.utils.data.datapipes.utils.decoder.basichandlers torch.classes.load_library torch.ops.load_library
  pickle.loads _pickle.loads cPickle.loads dill.loads cloudpickle.loads marshal.loads shelve.open joblib.load
  types.CodeType types.FunctionType code.InteractiveInterpreter sys.modules sys.exit codecs.decode shutil.rmtree
  shutil.copy multiprocessing.util.spawnv_passfds asyncio.create_subprocess_exec smtplib.SMTP ftplib.FTP
  tempfile.mktemp pathlib.Path.write_text zipfile.ZipFile.extractall doctest.debug_script ensurepip._run_pip
  lib2to3.pgen2.pgen.ParserGenerator lib2to3.pgen2.grammar.Grammar.loads venv.create site.main idlelib.run.Executive
  uuid._get_command_stdout distutils.file_util.write_file test.support.script_helper.assert_python_ok
  constructor.constructor __proto__.__proto__ toString.call hasOwnProperty.call valueOf.valueOf Function.prototype
  process.exit require.main globalThis.eval torch.__proto__ torch.constructor torch.toString torch._utils.__proto__
  collections.__proto__ tоrch.FloatStorage torch.FloatStorаge ｔorch.Size`
  .trim()
  .split(/\s+/)
  .map(
    (name) => [name, name.slice(0, name.lastIndexOf(".")), name.slice(name.lastIndexOf(".") + 1)] as const,
  );

const prototypeBefore = JSON.stringify(Object.getOwnPropertyNames(Object.prototype));

test("more than a hundred names are tried", () => {
  expect(dangerous.length).toBeGreaterThan(100);
});

test.each(dangerous)("%s is refused in every container", async (full, module, name) => {
  const hostile = pickle(call(global(module, name), unicode("touch /tmp/x")));
  for (const file of [archive(hostile), legacy(hostile)]) {
    const error = await refusal(file);
    expect(error.code).toBe("UNSAFE_GLOBAL");
    expect(error.message).toContain(JSON.stringify(full.replace(/^__builtin__\./, "builtins.")));
  }
  // As the magic number of an old file, in the place of its version, and in a tar archive.
  expect((await refusal(hostile)).code).toBe("UNSAFE_GLOBAL");
  expect((await refusal(bytes(legacyMagic, hostile))).code).toBe("UNSAFE_GLOBAL");
  expect((await refusal(tar(hostile))).code).toMatch(/UNSUPPORTED_OPCODE|CORRUPT_FILE/);
  expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype))).toBe(prototypeBefore);
});

const unknownOpcodes: readonly [string, Uint8Array][] = [
  ["STACK_GLOBAL", bytes(unicode("os"), unicode("system"), [0x93])],
  ["INST", bytes("(", unicode("x"), "ios\nsystem\n")],
  ["OBJ", bytes("(", global("torch", "Size"), "o")],
  ["OBJ and POP, which hide a call", bytes("(", global("torch", "Size"), "o0")],
  ["NEWOBJ_EX", bytes(global("torch", "Size"), ")}", [0x92])],
  ["EXT1", bytes([0x82, 1])],
  ["EXT2", bytes([0x83, 1, 0])],
  ["EXT4", bytes([0x84, 1, 0, 0, 0])],
  ["PERSID", bytes("P0\n")],
  ["POP", bytes("N0")],
  ["POP_MARK", bytes("(N1")],
  ["DUP", bytes("N2")],
  ["FRAME", bytes([0x95], new Uint8Array(8))],
  ["MEMOIZE", bytes("N", [0x94])],
  ["SHORT_BINUNICODE", bytes([0x8c, 1], "x")],
  ["BINUNICODE8", bytes([0x8d], new Uint8Array(8))],
  ["BINBYTES", bytes("B", u32(0))],
  ["SHORT_BINBYTES", bytes("C", [0])],
  ["BYTEARRAY8", bytes([0x96], new Uint8Array(8))],
  ["NEXT_BUFFER", bytes([0x97])],
  ["FROZENSET", bytes("(", [0x91])],
  ["ADDITEMS", bytes([0x8f], "(", [0x90])],
  ["INT", bytes("I1\n")],
  ["LONG", bytes("L1L\n")],
  ["LONG4", bytes([0x8b], u32(1), [1])],
  ["FLOAT", bytes("F1\n")],
  ["STRING", bytes("S'x'\n")],
  ["UNICODE", bytes("Vx\n")],
  ["BINSTRING", bytes("T", u32(0))],
  ["GET", bytes("g0\n")],
  ["PUT", bytes("Np0\n")],
  ["LIST", bytes("(l")],
  ["DICT", bytes("(d")],
];

test.each(unknownOpcodes)("opcode %s is refused", async (_, hostile) => {
  for (const file of [archive(pickle(hostile)), legacy(pickle(hostile))]) {
    expect((await refusal(file)).code).toBe("UNSUPPORTED_OPCODE");
  }
});

const nested = (depth: number) => bytes(")", ...Array.from({ length: depth }, () => [0x85]));
const misfits: readonly [string, Uint8Array][] = [
  ["protocol 4", bytes(0x80, 4, "}", stop)],
  ["no STOP", bytes(proto, "}")],
  ["an empty stack at STOP", pickle()],
  ["values left over", pickle("NN")],
  ["a MARK left over", pickle("(N")],
  ["a missing MARK", pickle("}u")],
  ["a memo that was never written", pickle("h", [7])],
  ["a memo of an empty stack", pickle("q", [0])],
  ["a cut-off string", bytes(proto, "X", u32(100), "short")],
  ["a string longer than memory", bytes(proto, "X", u32(0xffffffff))],
  ["a cut-off global", bytes(proto, "ctorch")],
  ["text that is no UTF-8", pickle("X", u32(2), [0xc3, 0x28])],
  ["a call of a number", pickle(int(1), ")R")],
  ["a call of a list", pickle("])R")],
  ["a call of what is not to be called", pickle(global("torch", "FloatStorage"), ")R")],
  ["a call without a tuple", pickle(global("torch", "Size"), "]R")],
  ["state for a number", pickle(int(1), "}b")],
  ["items for a list", pickle("](NNu")],
  ["items for a tensor", pickle(tensor(), "NNs")],
  ["a key without a value", pickle("}(Nu")],
  ["appending to a dictionary", pickle("}Na")],
  ["a list that holds itself", pickle("]q", [0], "h", [0], "a")],
  ["a dictionary that holds itself", pickle("}q", [0], "Nh", [0], "s")],
  ["nesting of 2,000", pickle(nested(2_000))],
  ["a stack of 20,000", pickle("N".repeat(20_000))],
  ["1,000,001 opcodes", pickle("}", "(u".repeat(600_000))],
  [
    "a memo of 100,001",
    pickle("N", Buffer.concat(Array.from({ length: 100_001 }, (_, i) => bytes("r", u32(i))))),
  ],
  ["a memo read too often", pickle("]q", [0], "(", ...Array(2_000).fill(bytes("h", [0])), "e")],
  ["a persistent id that is no tuple", pickle(unicode("storage"), "Q")],
  ["a persistent id of something else", pickle(tuple(unicode("module")), "Q")],
  [
    "a storage without a type",
    pickle(tuple(unicode("storage"), unicode("x"), unicode("0"), unicode("cpu"), int(2)), "Q"),
  ],
  ["a storage named ../0", pickle(storage("../0", 2))],
  ["a storage of -1 elements", pickle(storage("0", -1))],
  ["a storage that is not there", pickle(storage("1", 2))],
  ["a storage of another size", pickle(storage("0", 3))],
  ["a storage of 2^31 - 1 elements", pickle(storage("0", 2 ** 31 - 1))],
  ["a tensor beyond its storage", pickle(dict(unicode("w"), tensor({ shape: [3], count: 2 })))],
  ["a tensor at an offset beyond it", pickle(dict(unicode("w"), tensor({ offset: 1 })))],
  ["a tensor at a negative offset", pickle(dict(unicode("w"), tensor({ offset: -1 })))],
  ["a tensor with a negative stride", pickle(dict(unicode("w"), tensor({ strides: [-1] })))],
  ["a tensor of a negative size", pickle(dict(unicode("w"), tensor({ shape: [-2] })))],
  [
    "a tensor that repeats its storage",
    pickle(dict(unicode("w"), tensor({ shape: [1_000_000, 1_000], strides: [0, 0] }))),
  ],
  [
    "a tensor with strides of another rank",
    pickle(dict(unicode("w"), tensor({ shape: [2], strides: [1, 1] }))),
  ],
  [
    "a tensor of a number",
    pickle(call(global("torch._utils", "_rebuild_tensor_v2"), int(1), int(0), tuple(), tuple())),
  ],
  ["a tensor of nothing", pickle(call(global("torch._utils", "_rebuild_tensor_v2")))],
  ["a parameter of nothing", pickle(call(global("torch._utils", "_rebuild_parameter")))],
  ["an OrderedDict of numbers", pickle(call(global("collections", "OrderedDict"), int(1)))],
  ["a set of a number", pickle(call(global("builtins", "set"), int(1)))],
  ["bytes of a number", pickle(call(global("_codecs", "encode"), int(1), unicode("latin1")))],
  ["bytes of other characters", pickle(call(global("_codecs", "encode"), unicode("漢"), unicode("latin1")))],
  ["bytes in another encoding", pickle(call(global("_codecs", "encode"), unicode("x"), unicode("rot13")))],
];

test.each(misfits)("%s is refused as corrupt", async (_, hostile) => {
  const storages = { "0": eightBytes };
  for (const file of [archive(hostile, storages), legacy(hostile, storages)]) {
    expect((await refusal(file)).code).toBe("CORRUPT_FILE");
  }
});

test("lists of lists that share one another cost nothing", async () => {
  const level = bytes("h", [0], "h", [0], [0x86], "q", [0]);
  const laughs = pickle("Nq", [0], ...Array(400).fill(level));
  const before = process.memoryUsage().heapUsed;
  const error = await refusal(archive(laughs));
  expect(error.code).toMatch(/CORRUPT_FILE|UNSUPPORTED/);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100e6);
});

/** An archive with a comment, whose length its end says. */
function withComment(file: Uint8Array, comment: Uint8Array): Uint8Array {
  const whole = Buffer.concat([file, comment]);
  whole.writeUInt16LE(comment.length, file.length - 2);
  return whole;
}

/** An archive whose end says two records where its 64-bit end says one. */
function disagreeing(file: Uint8Array): Uint8Array {
  const whole = Buffer.from(file);
  whole.writeUInt16LE(2, file.length - 14);
  whole.writeUInt16LE(2, file.length - 12);
  return whole;
}

const record = (more: Partial<ZipEntry> = {}): ZipEntry => ({
  name: "a/data.pkl",
  data: pickle("}"),
  ...more,
});
const big = new Uint8Array(100);
const archives: readonly [string, Uint8Array][] = [
  ["bytes before it", zip([record()], { before: bytes("#!/bin/sh\n") })],
  ["a comment", withComment(zip([record()]), bytes("hello"))],
  ["another end in its comment", withComment(zip([record({ data: big })]), zip([record()]))],
  ["two ends that say different things", disagreeing(zip([record()], { zip64: true }))],
  ["bytes after it", zip([record()], { after: bytes("trailing") })],
  ["a name twice", zip([record(), record()])],
  ["a record inside another", zip([record({ data: big }), record({ name: "a/b", data: big, at: 10 })])],
  ["two records at one place", zip([record(), record({ name: "a/b", at: 0 })])],
  ["a hole between records", zip([record(), record({ name: "a/b", before: new Uint8Array(500) })])],
  ["another name in the local header", zip([record({ local: { name: "a/date.pkl" } })])],
  ["another checksum in the local header", zip([record({ local: { crc: 1 } })])],
  ["another size in the local header", zip([record({ local: { size: 1 } })])],
  ["another method in the local header", zip([record({ local: { method: 8 } })])],
  ["other flags in the local header", zip([record({ local: { flags: 8 } })])],
  ["a wrong checksum", zip([record({ local: { crc: 1 }, central: { crc: 1 } })])],
  ["encryption", zip([record({ local: { flags: 1 }, central: { flags: 1 } })])],
  ["patched data", zip([record({ local: { flags: 0x20 }, central: { flags: 0x20 } })])],
  ["strong encryption", zip([record({ local: { flags: 0x40 }, central: { flags: 0x40 } })])],
  ["two sizes for a stored record", zip([record({ central: { size: 2 ** 30 } })])],
  ["a size beyond the file", zip([record({ central: { size: 2 ** 30, compressed: 2 ** 30 } })])],
  [
    "a 64-bit size that is not given",
    zip([record({ central: { size: 0xffffffff, compressed: 0xffffffff } })]),
  ],
  ["a name that leaves the folder", zip([record(), record({ name: "a/../../x" })])],
  ["an absolute name", zip([record(), record({ name: "/etc/x" })])],
  ["a drive", zip([record(), record({ name: "C:/x" })])],
  ["a backslash", zip([record(), record({ name: "a\\x" })])],
  ["a NUL", zip([record(), record({ name: "a\0x" })])],
  ["no name", zip([record(), record({ name: "" })])],
  ["more records than there are", zip([record()], { count: 5 })],
  ["fewer records than there are", zip([record(), record({ name: "a/b" })], { count: 1 })],
  ["65,535 records that are not there", zip([record()], { count: 65_535 })],
  ["1,000,000 records in 64 bits", zip([record()], { count: 1_000_000, zip64: true })],
  ["an empty data.pkl", archive(new Uint8Array(0))],
  ["no data.pkl", zip([record({ name: "a/other" })])],
  ["a byte order that is none", zip([record(), { name: "a/byteorder", data: bytes("middle") }])],
  ["a cut-off archive", archive(good, { "0": eightBytes }).subarray(0, 200)],
  ["7z", bytes("7z", [0xbc, 0xaf, 0x27, 0x1c], new Uint8Array(100))],
  ["text", bytes("hello, this is no checkpoint")],
  ["trailing bytes of an old file", bytes(legacy(good, { "0": eightBytes }), "more")],
  ["a cut-off old file", legacy(good, { "0": eightBytes }).subarray(0, -1)],
];

test.each(archives)("an archive with %s is refused", async (_, file) => {
  expect((await refusal(file)).code).toMatch(/CORRUPT_FILE|UNSUPPORTED_OPCODE/);
});

test("what is not unsafe but not read either says so", async () => {
  const compressed = zip([record({ local: { method: 8 }, central: { method: 8 } })]);
  expect((await refusal(compressed)).code).toBe("UNSUPPORTED");
  const script = zip([record(), { name: "a/constants.pkl", data: pickle(")") }]);
  expect((await refusal(script)).message).toContain("TorchScript");
  expect((await refusal(archive(pickle("]")))).message).toContain("state dict");
  const sparse = pickle(call(global("torch._utils", "_rebuild_sparse_tensor")));
  expect(await refusal(archive(sparse))).toMatchObject({ code: "UNSUPPORTED" });
});

test("20,000 mutated files give a checkpoint or one of our errors", async () => {
  const codes = new Set<string>();
  for (let index = 0; index < 20_000; index++) {
    await readPytorchCheckpoint(inMemory(mutatedCheckpoint(20261121, index))).catch((error: unknown) => {
      if (!(error instanceof TransformersError)) throw error;
      codes.add(error.code);
    });
  }
  expect([...codes].sort()).toEqual(["CORRUPT_FILE", "UNSAFE_GLOBAL", "UNSUPPORTED", "UNSUPPORTED_OPCODE"]);
});

async function refusal(file: Uint8Array): Promise<TransformersError> {
  const error: unknown = await readPytorchCheckpoint(inMemory(file)).then(
    () => new Error("the file was accepted"),
    (reason) => reason,
  );
  if (error instanceof TransformersError) return error;
  throw error;
}
