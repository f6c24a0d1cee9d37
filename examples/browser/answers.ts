import type { Classification } from "transformers-ts";

const list = document.querySelector<HTMLOListElement>("#answers")!;
const timing = document.querySelector<HTMLElement>("#timing")!;
const languages = new Intl.DisplayNames("en", { type: "language" });

/** Shows each sentence with the languages that it may be of, the likeliest first. */
export function showAnswers(
  sentences: readonly string[],
  answers: readonly Classification[][],
  milliseconds: number,
): void {
  list.replaceChildren(...sentences.map((sentence, i) => card(sentence, answers[i]!)));
  const count = sentences.length === 1 ? "1 sentence" : `${sentences.length} sentences`;
  timing.textContent = sentences.length === 0 ? "" : `${count} in ${milliseconds.toFixed(0)} ms`;
}

function card(sentence: string, classes: readonly Classification[]): HTMLElement {
  const text = element("p", { className: "sentence", textContent: sentence, lang: classes[0]!.label });
  text.dir = "auto";
  const scores = element("ul", { className: "scores" });
  scores.append(...classes.map(bar));
  const item = element("li", { className: "answer" });
  item.append(text, scores);
  return item;
}

/** One language: its name, a bar and the score; the value of <data> is the score as the model gave it. */
function bar({ label, score }: Classification): HTMLElement {
  const item = element("li", {});
  item.dataset.label = label;
  item.style.setProperty("--score", String(score));
  const name = element("span", { textContent: languages.of(label) ?? label });
  const percent = element("data", { textContent: percentage(score), value: String(score) });
  item.append(name, percent);
  return item;
}

function percentage(score: number): string {
  return score < 0.0005 ? "< 0.1 %" : `${(score * 100).toFixed(1)} %`;
}

function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<HTMLElementTagNameMap[Tag]>,
): HTMLElementTagNameMap[Tag] {
  return Object.assign(document.createElement(tag), properties);
}
