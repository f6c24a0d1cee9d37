"""From the start of a process to the first prediction, with Python Transformers."""

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from side import read_options, serve

options = read_options()
torch.set_num_threads(options.threads)
tokenizer = AutoTokenizer.from_pretrained(options.folder)
model = AutoModelForSequenceClassification.from_pretrained(options.folder).eval()
with torch.inference_mode():
    logits = model(**tokenizer(options.sentence, return_tensors="pt")).logits
serve(logits.flatten().tolist())
