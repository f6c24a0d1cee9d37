import path from "node:path";
import { parseArgs } from "node:util";
import { writeSafetensors } from "../../src/hub/safetensors/index.js";
import { BertConfig, BertLMHeadModel, BertModel, family } from "../../src/models/bert/index.js";
import type { PreTrainedModel } from "../../src/models/pretrained-model.js";
import { init } from "../../src/nn/index.js";
import { collect, manual_seed, ones, type Tensor, type Tree, tensor } from "../../src/tensor/index.js";

/**
 * Saves one model of every class, with inputs and what the model computes from them, for check_saved.py to load in
 * Python:
 *
 *     npx tsx tests/reference/save-all.ts
 *     for folder in .data/saved/*; do .venv-reference/bin/python tests/reference/check_saved.py $folder; done
 */
const { values: options } = parseArgs({ options: { into: { type: "string", default: ".data/saved" } } });

const sizes = {
  vocab_size: 29,
  hidden_size: 24,
  num_hidden_layers: 2,
  num_attention_heads: 3,
  intermediate_size: 17,
  max_position_embeddings: 16,
  num_labels: 5,
};

const encoder = {
  input_ids: tensor([
    [2, 7, 11, 23, 5, 3],
    [2, 9, 28, 3, 0, 0],
  ]),
  attention_mask: tensor([
    [1, 1, 1, 1, 1, 1],
    [1, 1, 1, 1, 0, 0],
  ]),
  token_type_ids: tensor([
    [0, 0, 0, 1, 1, 1],
    [0, 0, 1, 1, 0, 0],
  ]),
};

const choices = Object.fromEntries(
  Object.entries(encoder).map(([name, value]) => [name, value.reshape([1, 2, 6])]),
);

/** Large enough values everywhere that nothing hides. */
function randomise(model: PreTrainedModel): void {
  for (const [name, parameter] of model.named_parameters()) {
    const scale = name.endsWith("weight") && parameter.rank === 1;
    parameter.initialize(init.normal_(scale ? 1 : 0, 0.3));
  }
}

function entries(tree: Tree) {
  return collect(tree).map(({ path: position, tensor: { dtype, shape, data } }) => {
    const type = dtype === "int64" ? ("I64" as const) : ("F32" as const);
    return [position.join("."), { dtype: type, shape: shape as number[], data }] as const;
  });
}

async function save(name: string, model: PreTrainedModel, inputs: Record<string, Tensor>): Promise<void> {
  randomise(model);
  const folder = path.join(options.into, name);
  await model.save_pretrained(folder);
  const output = await model({ ...inputs, output_hidden_states: true, output_attentions: true });
  await Promise.all(Object.values(inputs).map((input) => input.realize()));
  await writeSafetensors(path.join(folder, "inputs.safetensors"), entries(inputs));
  await writeSafetensors(path.join(folder, "outputs.safetensors"), entries(output as Tree));
  await model.release();
  console.log(folder);
}

manual_seed(11);
for (const modelClass of family.models) {
  const inputs = modelClass.name === "BertForMultipleChoice" ? choices : encoder;
  const num_labels = modelClass.name === "BertForQuestionAnswering" ? 2 : sizes.num_labels;
  await save(modelClass.name, new modelClass(new BertConfig({ ...sizes, num_labels })), inputs);
}
for (const position_embedding_type of ["relative_key", "relative_key_query"] as const) {
  await save(
    position_embedding_type,
    new BertModel(new BertConfig({ ...sizes, position_embedding_type })),
    encoder,
  );
}
const decoder = new BertConfig({ ...sizes, is_decoder: true, add_cross_attention: true });
await save("decoder", new BertLMHeadModel(decoder), {
  ...encoder,
  encoder_hidden_states: ones([2, 3, 24]).mul(0.5),
});
