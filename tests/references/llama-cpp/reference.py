"""Logits, greedy tokens and tokenisations of llama.cpp for the GGUF files of a folder, as JSON.

usage: reference.py NPM_FOLDER MODELS_FOLDER OUT.json
NPM_FOLDER holds node_modules/@node-llama-cpp/linux-x64 (see README.md); MODELS_FOLDER the *.gguf and texts.json.
"""
import base64
import ctypes
import glob
import json
import os
import struct
import sys

PROMPT = 40
STEPS = 200
CONTEXT = 320


class Parameters(ctypes.Structure):
    """A parameter struct of unknown layout, passed by value: longer than any of them, which the callee does not mind."""
    _fields_ = [("words", ctypes.c_uint32 * 64)]


class Batch(ctypes.Structure):
    _fields_ = [("n_tokens", ctypes.c_int32)] + [(name, ctypes.c_void_p) for name in ("token", "embd", "pos", "n_seq_id", "seq_id", "logits")]


def load(folder):
    bins = os.path.join(folder, "node_modules/@node-llama-cpp/linux-x64/bins/linux-x64")
    base = ctypes.CDLL(os.path.join(bins, "libggml-base.so"), mode=ctypes.RTLD_GLOBAL)
    ggml = ctypes.CDLL(glob.glob(os.path.join(bins, "libggml.v*.so"))[0], mode=ctypes.RTLD_GLOBAL)
    llama = ctypes.CDLL(glob.glob(os.path.join(bins, "libllama.v*.so"))[0], mode=ctypes.RTLD_GLOBAL)
    ggml.ggml_backend_load_all_from_path(bins.encode())
    for name in ("llama_model_load_from_file", "llama_init_from_model", "llama_model_get_vocab", "llama_get_logits_ith", "llama_get_memory"):
        getattr(llama, name).restype = ctypes.c_void_p
    llama.llama_get_logits_ith.restype = ctypes.POINTER(ctypes.c_float)
    llama.llama_model_default_params.restype = Parameters
    llama.llama_context_default_params.restype = Parameters
    llama.llama_batch_get_one.restype = Batch
    llama.llama_model_load_from_file.argtypes = [ctypes.c_char_p, Parameters]
    llama.llama_init_from_model.argtypes = [ctypes.c_void_p, Parameters]
    llama.llama_decode.argtypes = [ctypes.c_void_p, Batch]
    llama.llama_batch_get_one.argtypes = [ctypes.c_void_p, ctypes.c_int32]
    llama.llama_get_logits_ith.argtypes = [ctypes.c_void_p, ctypes.c_int32]
    llama.llama_model_get_vocab.argtypes = [ctypes.c_void_p]
    llama.llama_vocab_n_tokens.argtypes = [ctypes.c_void_p]
    llama.llama_tokenize.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int32, ctypes.c_void_p, ctypes.c_int32, ctypes.c_bool, ctypes.c_bool]
    llama.llama_free.argtypes = [ctypes.c_void_p]
    llama.llama_model_free.argtypes = [ctypes.c_void_p]
    llama.llama_log_set.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    quiet = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)(lambda level, text, data: None)
    llama.quiet, llama.base = quiet, base
    llama.llama_log_set(ctypes.cast(quiet, ctypes.c_void_p), None)
    return llama


def context_parameters(llama):
    """Offsets of this version, each checked by its default: n_ctx 512, threads 4, flash attention auto, K and V in F16."""
    parameters = llama.llama_context_default_params()
    words = parameters.words
    assert (words[0], words[1], words[7], words[8], words[13], words[26], words[27]) == (512, 2048, 4, 4, 0xFFFFFFFF, 1, 1), list(words)
    words[0], words[7], words[8] = CONTEXT, 1, 1
    words[13], words[26], words[27] = 0, 0, 0
    return parameters


def decode(llama, context, tokens):
    array = (ctypes.c_int32 * len(tokens))(*tokens)
    assert llama.llama_decode(context, llama.llama_batch_get_one(array, len(tokens))) == 0
    return llama.llama_get_logits_ith(context, -1)


def tokenize(llama, vocabulary, text):
    data = text.encode("utf-8")
    room = (ctypes.c_int32 * (len(data) + 16))()
    count = llama.llama_tokenize(vocabulary, data, len(data), room, len(room), False, False)
    assert count >= 0
    return list(room[:count])


def dequantize(llama, path, function):
    with open(path, "rb") as file:
        blocks = file.read()
    values = (ctypes.c_float * 512)()
    getattr(llama.base, function)(blocks, values, ctypes.c_int64(512))
    return base64.b64encode(bytes(values)).decode()


def reference(llama, path, texts):
    model = llama.llama_model_load_from_file(path.encode(), llama.llama_model_default_params())
    assert model, path
    vocabulary = llama.llama_model_get_vocab(model)
    size = llama.llama_vocab_n_tokens(vocabulary)
    context = llama.llama_init_from_model(model, context_parameters(llama))
    assert context, path
    logits = decode(llama, context, [(7 * i + 3) % size for i in range(PROMPT)])
    first = struct.pack(f"<{size}f", *logits[:size])
    greedy = []
    for _ in range(STEPS):
        greedy.append(max(range(size), key=lambda token: logits[token]))
        if len(greedy) < STEPS:
            logits = decode(llama, context, greedy[-1:])
    result = {"logits": base64.b64encode(first).decode(), "greedy": greedy}
    if os.path.basename(path).startswith("vocabulary"):
        result = {"texts": [tokenize(llama, vocabulary, text) for text in texts]}
    llama.llama_free(context)
    llama.llama_model_free(model)
    return result


def main(npm, models, out):
    llama = load(npm)
    with open(os.path.join(models, "texts.json"), encoding="utf-8") as file:
        texts = json.load(file)
    package = json.load(open(os.path.join(npm, "node_modules/@node-llama-cpp/linux-x64/package.json"), encoding="utf-8"))
    results = {os.path.basename(path)[:-5]: reference(llama, path, texts) for path in sorted(glob.glob(os.path.join(models, "*.gguf")))}
    for name, function in (("Q4", "q4_0"), ("Q8", "q8_0"), ("Q4K", "q4_K"), ("Q6K", "q6_K")):
        results["blocks-" + name] = dequantize(llama, os.path.join(models, f"blocks-{name}.bin"), "dequantize_row_" + function)
    with open(out, "w", encoding="utf-8") as file:
        json.dump({"made_with": f"{package['name']} {package['version']}", "models": results}, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
