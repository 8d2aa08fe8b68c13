"""Tokens per CPU second of llama.cpp on the files that `SelfInstruct.Benchmarks decoding FOLDER` writes; one thread.

usage: decoding.py NPM_FOLDER FOLDER (NPM_FOLDER as for tests/references/llama-cpp/reference.py)
"""
import ctypes
import glob
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../tests/references/llama-cpp"))
from reference import Batch, load  # noqa: E402

PREFIX, STEPS, TRIES = 128, 64, 3


def fill(batch, rows):
    token = ctypes.cast(batch.token, ctypes.POINTER(ctypes.c_int32))
    position = ctypes.cast(batch.pos, ctypes.POINTER(ctypes.c_int32))
    counts = ctypes.cast(batch.n_seq_id, ctypes.POINTER(ctypes.c_int32))
    sequences = ctypes.cast(batch.seq_id, ctypes.POINTER(ctypes.POINTER(ctypes.c_int32)))
    logits = ctypes.cast(batch.logits, ctypes.POINTER(ctypes.c_int8))
    for i, (value, at, sequence, wanted) in enumerate(rows):
        token[i], position[i], counts[i], logits[i] = value, at, 1, wanted
        sequences[i][0] = sequence
    batch.n_tokens = len(rows)


def measure(llama, model, size, count):
    parameters = llama.llama_context_default_params()
    words = parameters.words
    assert (words[0], words[3], words[7], words[8]) == (512, 1, 4, 4)
    words[0], words[3], words[7], words[8] = 256 * count, count, 1, 1
    context = llama.llama_init_from_model(model, parameters)
    batch = llama.llama_batch_init(PREFIX, 0, 1)
    results = []
    for _ in range(TRIES + 1):
        llama.llama_memory_clear(llama.llama_get_memory(context), True)
        start = time.process_time()
        for sequence in range(count):
            fill(batch, [(i * 7 % size, i, sequence, i == PREFIX - 1) for i in range(PREFIX)])
            assert llama.llama_decode(context, batch) == 0
        middle = time.process_time()
        for step in range(STEPS):
            fill(batch, [((step * 31 + sequence) % size, PREFIX + step, sequence, 1) for sequence in range(count)])
            assert llama.llama_decode(context, batch) == 0
            llama.llama_get_logits_ith(context, count - 1)
        results.append((count * PREFIX / (middle - start), count * STEPS / (time.process_time() - middle)))
    llama.llama_batch_free(batch)
    llama.llama_free(context)
    return [sorted(column)[TRIES // 2] for column in zip(*results[1:])]


def main(npm, folder):
    llama = load(npm)
    llama.llama_batch_init.restype = Batch
    llama.llama_batch_free.argtypes = [Batch]
    llama.llama_memory_clear.argtypes = [ctypes.c_void_p, ctypes.c_bool]
    llama.llama_get_memory.argtypes = [ctypes.c_void_p]
    print("| file | read prompts | 1 at a time | 8 | 32 |\n|---|---|---|---|---|")
    for path in sorted(glob.glob(os.path.join(folder, "*.gguf"))):
        model = llama.llama_model_load_from_file(path.encode(), llama.llama_model_default_params())
        size = llama.llama_vocab_n_tokens(llama.llama_model_get_vocab(model))
        rates = [measure(llama, model, size, count) for count in (1, 8, 32)]
        print(f"| {os.path.basename(path)} | {rates[1][0]:,.0f} | {rates[0][1]:,.0f} | {rates[1][1]:,.0f} | {rates[2][1]:,.0f} |", flush=True)
        llama.llama_model_free(model)


if __name__ == "__main__":
    main(*sys.argv[1:])
