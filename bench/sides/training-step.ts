import { BertConfig, BertForSequenceClassification } from "../../src/models/bert/index.js";
import { init } from "../../src/nn/index.js";
import { AdamW } from "../../src/optim/index.js";
import { canonical, tensor, type Update } from "../../src/tensor/index.js";
import { type Plan, plan } from "../../src/tensor/lower.js";
import { fixedInput } from "../harness/fixed-input.js";

const [BATCH, SEQUENCE] = [8, 128];

/** BERT-base's training step, recorded and planned but not computed: what the weights hold does not matter. */
export class TrainingStep {
  readonly #model = new BertForSequenceClassification(
    new BertConfig({ hidden_dropout_prob: 0, attention_probs_dropout_prob: 0 }),
  );
  readonly #optimizer: AdamW;

  constructor() {
    for (const parameter of this.#model.parameters()) parameter.initialize(init.zeros_);
    this.#model.train();
    this.#optimizer = new AdamW(this.#model.parameters(), { lr: 5e-5, weight_decay: 0.01 });
  }

  /** Forward, backward, the optimizer's update, the order of the nodes and the key of their structure. */
  record(): { readonly work: Plan; readonly updates: readonly Update[] } {
    const { inputIds, attentionMask, labels } = fixedInput(BATCH, SEQUENCE, this.#model.config.vocab_size);
    const { loss } = this.#model({
      input_ids: tensor(inputIds, { shape: [BATCH, SEQUENCE] }),
      attention_mask: tensor(attentionMask, { shape: [BATCH, SEQUENCE] }),
      labels: tensor(labels, { shape: [BATCH] }),
    });
    loss.backward();
    const { losses, updates } = this.#optimizer.record();
    const work = plan([...losses, ...updates.map(({ value }) => value)]);
    this.#optimizer.zero_grad();
    return { work, updates };
  }

  /** What a step leaves behind: every variable has a new value. */
  replaceValues(updates: readonly Update[]): void {
    for (const { variable } of updates) variable.assign(canonical(variable).storage!);
  }
}
