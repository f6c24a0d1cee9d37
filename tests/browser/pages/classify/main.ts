// What a reader of the README writes: a pipeline on a model that the site serves.
import { pipeline } from "transformers-ts";

const classify = await pipeline("text-classification", "/assets/language-identification");
const texts = new URLSearchParams(location.search).getAll("text");
document.body.textContent = JSON.stringify(await classify(texts));
