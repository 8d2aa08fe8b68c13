#!/usr/bin/env python3
"""Gradients of a small Llama-family decoder by PyTorch's autograd, in double precision.

Writes gradients.safetensors beside itself; PyTorchGradientTests compares. Written in the form of Hugging Face (halves of a
head make the pairs that RoPE turns), so that it shares nothing with the C# that it judges. Weights are a formula of tensor
and place (see `tensor`), so that only gradients are stored. Run with any PyTorch from 1.13: python3 gradients.py
"""
import json
import math
import os
import struct

import torch

torch.set_default_dtype(torch.float64)
V, D, L, H, KV, HD, F = 23, 32, 2, 4, 2, 16, 32
BASE, EPS, RANK, ALPHA = 10000.0, 1e-5, 3, 6.0
LENGTHS = [9, 1, 6]
TOKENS = [(i * 7 + 3) % V for i in range(sum(LENGTHS))]
TARGETS = [(i * 5 + 1) % V for i in range(sum(LENGTHS))]
WEIGHTS = [0.0 if i % 4 == 1 else 0.25 if i % 4 == 2 else 1.0 for i in range(sum(LENGTHS))]


def tensor(name, shape, scale, middle=0.0):
    """middle + scale * u, u in [-1, 1): a hash of the place, salted by the bytes of the name, rounded to float32."""
    salt = 0
    for byte in name.encode():
        salt = (salt * 31 + byte) % 2**32
    values = []
    for i in range(math.prod(shape)):
        x = (i * 2654435761 + salt * 40503) % 2**32
        x = ((x ^ (x >> 15)) * 2246822519) % 2**32
        x = ((x ^ (x >> 13)) * 3266489917) % 2**32
        values.append(middle + scale * (x / 2**31 - 1))
    return torch.tensor(values, dtype=torch.float32).double().reshape(shape).requires_grad_()


def decoder_tensors():
    t = {"model.embed_tokens.weight": tensor("model.embed_tokens.weight", [V, D], 1.0)}
    for i in range(L):
        p = f"model.layers.{i}."
        shapes = {
            "self_attn.q_proj.weight": [H * HD, D], "self_attn.k_proj.weight": [KV * HD, D], "self_attn.v_proj.weight": [KV * HD, D],
            "self_attn.o_proj.weight": [D, H * HD], "mlp.gate_proj.weight": [F, D], "mlp.up_proj.weight": [F, D], "mlp.down_proj.weight": [D, F],
        }
        for name, shape in shapes.items():
            t[p + name] = tensor(p + name, shape, 0.35)
        for name, size in {"q": H * HD, "k": KV * HD, "v": KV * HD}.items():
            t[f"{p}self_attn.{name}_proj.bias"] = tensor(f"{p}self_attn.{name}_proj.bias", [size], 0.3)
        for name in ["input_layernorm.weight", "post_attention_layernorm.weight"]:
            t[p + name] = tensor(p + name, [D], 0.3, 1.0)
    t["model.norm.weight"] = tensor("model.norm.weight", [D], 0.3, 1.0)
    t["lm_head.weight"] = tensor("lm_head.weight", [V, D], 0.35)
    return t


def adapter_tensors(weights):
    t = {}
    for name, w in weights.items():
        if ".self_attn." in name and name.endswith("weight") or ".mlp." in name:
            base = "base_model.model." + name[: -len(".weight")]
            t[base + ".lora_A.weight"] = tensor(base + ".lora_A.weight", [RANK, w.shape[1]], 0.3)
            t[base + ".lora_B.weight"] = tensor(base + ".lora_B.weight", [w.shape[0], RANK], 0.3)
    return t


def norm(x, gain):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + EPS) * gain


def rotate(x, positions):
    half = HD // 2
    angle = positions[:, None] * BASE ** (-torch.arange(half) * 2.0 / HD)
    cos, sin = torch.cat([angle.cos()] * 2, -1)[:, None], torch.cat([angle.sin()] * 2, -1)[:, None]
    return x * cos + torch.cat([-x[..., half:], x[..., :half]], -1) * sin


def loss(t, adapter=None):
    def linear(x, name):
        w = t[name + ".weight"]
        if adapter is not None and "base_model.model." + name + ".lora_A.weight" in adapter:
            base = "base_model.model." + name
            w = w + ALPHA / RANK * adapter[base + ".lora_B.weight"] @ adapter[base + ".lora_A.weight"]
        y = x @ w.T
        return y + t[name + ".bias"] if name + ".bias" in t else y

    sequence = torch.cat([torch.full([n], i) for i, n in enumerate(LENGTHS)])
    positions = torch.cat([torch.arange(n) for n in LENGTHS]).double()
    count = len(TOKENS)
    seen = (sequence[:, None] == sequence[None]) & (torch.arange(count)[:, None] >= torch.arange(count)[None])
    x = t["model.embed_tokens.weight"][TOKENS]
    for i in range(L):
        p = f"model.layers.{i}."
        h = norm(x, t[p + "input_layernorm.weight"])
        q = rotate(linear(h, p + "self_attn.q_proj").reshape(count, H, HD), positions)
        k = rotate(linear(h, p + "self_attn.k_proj").reshape(count, KV, HD), positions).repeat_interleave(H // KV, 1)
        v = linear(h, p + "self_attn.v_proj").reshape(count, KV, HD).repeat_interleave(H // KV, 1)
        scores = torch.einsum("ihd,jhd->hij", q, k) / math.sqrt(HD)
        mixed = torch.einsum("hij,jhd->ihd", scores.masked_fill(~seen, -math.inf).softmax(-1), v)
        x = x + linear(mixed.reshape(count, H * HD), p + "self_attn.o_proj")
        h = norm(x, t[p + "post_attention_layernorm.weight"])
        x = x + linear(torch.nn.functional.silu(linear(h, p + "mlp.gate_proj")) * linear(h, p + "mlp.up_proj"), p + "mlp.down_proj")
    logits = norm(x, t["model.norm.weight"]) @ t["lm_head.weight"].T
    each = torch.nn.functional.cross_entropy(logits, torch.tensor(TARGETS), reduction="none")
    return (each * torch.tensor(WEIGHTS)).sum() / sum(WEIGHTS)


def write(path, tensors):
    directory, data = {}, b""
    for name, values in tensors.items():
        part = values.detach().float().contiguous().numpy().tobytes()
        directory[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [len(data), len(data) + len(part)]}
        data += part
    head = json.dumps(directory).encode()
    head += b" " * (-len(head) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(head)) + head + data)


full = decoder_tensors()
full_loss = loss(full)
full_loss.backward()
frozen = {name: value.detach() for name, value in decoder_tensors().items()}
adapter = adapter_tensors(frozen)
adapter_loss = loss(frozen, adapter)
adapter_loss.backward()
write(
    os.path.join(os.path.dirname(os.path.abspath(__file__)), "gradients.safetensors"),
    {"loss": full_loss.reshape(1), "adapter_loss": adapter_loss.reshape(1)}
    | {name: value.grad for name, value in full.items()}
    | {name: value.grad for name, value in adapter.items()},
)
print(f"loss {full_loss.item():.9f}, with the adapter {adapter_loss.item():.9f}")
