import { describe, expect, it } from "vitest";
import { decoderFromJson, MetaspaceDecoder } from "../decoders/index.js";
import { Metaspace, preTokenizerFromJson, splitString } from "./index.js";

describe("Metaspace", () => {
  it("makes spaces visible and splits in front of them", () => {
    expect(splitString(new Metaspace(), "Hello  you")).toEqual(["▁Hello", "▁", "▁you"]);
    expect(splitString(new Metaspace({ split: false }), "Hello  you")).toEqual(["▁Hello▁▁you"]);
    expect(splitString(new Metaspace({ prepend_scheme: "never" }), "a b")).toEqual(["a", "▁b"]);
    expect(splitString(new Metaspace(), " a▁b")).toEqual(["▁a", "▁b"]);
  });

  it("takes any character as the mark", () => {
    expect(splitString(new Metaspace({ replacement: "\ud83d\ude00" }), "a b")).toEqual([
      "\ud83d\ude00a",
      "\ud83d\ude00b",
    ]);
    expect(() => new Metaspace({ replacement: "__" })).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
  });

  it("reads what older files say", () => {
    const json = { type: "Metaspace", replacement: "_", str_rep: "_", add_prefix_space: false };
    expect(preTokenizerFromJson(json).toJson()).toEqual({
      type: "Metaspace",
      replacement: "_",
      prepend_scheme: "never",
      split: true,
    });
    const contradictory = { ...json, prepend_scheme: "always" };
    expect(() => preTokenizerFromJson(contradictory)).toThrow(/add_prefix_space: false/);
    expect(() => decoderFromJson({ type: "Metaspace", replacement: "" })).toThrow(
      expect.objectContaining({ code: "CORRUPT_FILE" }),
    );
  });

  it("is undone by its decoder, which drops the marks of the first token", () => {
    const decoder = new MetaspaceDecoder();
    expect(decoder.decodeChain(["▁▁Hello", "▁you"])).toEqual(["Hello", " you"]);
    expect(new MetaspaceDecoder({ prepend_scheme: "never" }).decodeChain(["▁a", "▁b"])).toEqual([" a", " b"]);
  });
});
