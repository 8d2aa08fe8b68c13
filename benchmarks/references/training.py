#!/usr/bin/env python3
"""Tokens per CPU second of PyTorch in fp32 at the shapes of `SelfInstruct.Benchmarks training models`.

The same decoder (RMSNorm, RoPE, SwiGLU, tied), AdamW, clipping, causal attention, one window at a time as ours.
    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python3 training.py 1
    OMP_NUM_THREADS=2 OPENBLAS_NUM_THREADS=2 python3 training.py 2
A second argument picks one shape, from 0.
"""
import sys
import time

import torch
import torch.nn.functional as fn

threads = int(sys.argv[1])
torch.set_num_threads(threads)
SHAPES = [(192, 5, 3, 512, 2048, 512, 16), (384, 6, 6, 1024, 8192, 256, 16), (384, 6, 6, 1024, 8192, 512, 8), (512, 10, 8, 1376, 8192, 256, 8), (512, 10, 8, 1376, 8192, 512, 4)]


def norm(x, gain):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5) * gain


def rotate(x, cos, sin):
    half = x.shape[-1] // 2
    return x * cos + torch.cat([-x[..., half:], x[..., :half]], -1) * sin


def measure(D, L, H, F, V, T, windows):
    torch.manual_seed(1)
    make = lambda *shape: (torch.randn(*shape) * 0.02).requires_grad_()
    gain = lambda: torch.ones(D).requires_grad_()
    embedding, last = make(V, D), gain()
    layers = [(gain(), make(3 * D, D), make(D, D), gain(), make(2 * F, D), make(D, F)) for _ in range(L)]
    parameters = [embedding, last] + [p for layer in layers for p in layer]
    optimizer = torch.optim.AdamW(parameters, lr=1e-3, betas=(0.9, 0.95), weight_decay=0.1)
    hd = D // H
    angle = torch.arange(T)[:, None] * 10000.0 ** (-torch.arange(hd // 2) * 2.0 / hd)
    cos, sin = torch.cat([angle.cos()] * 2, -1), torch.cat([angle.sin()] * 2, -1)
    future = torch.triu(torch.ones(T, T, dtype=torch.bool), 1)

    def loss(tokens):
        x = embedding[tokens[:, :-1]]
        B = x.shape[0]
        for g1, qkv, o, g2, gu, d in layers:
            q, k, v = (norm(x, g1) @ qkv.T).reshape(B, T, 3, H, hd).permute(2, 0, 3, 1, 4)
            q, k = rotate(q, cos, sin), rotate(k, cos, sin)
            scores = (q @ k.transpose(-1, -2) / hd**0.5).masked_fill(future, float("-inf"))
            x = x + (scores.softmax(-1) @ v).transpose(1, 2).reshape(B, T, D) @ o.T
            gate, up = (norm(x, g2) @ gu.T).chunk(2, -1)
            x = x + (fn.silu(gate) * up) @ d.T
        logits = norm(x, last) @ embedding.T
        return fn.cross_entropy(logits.reshape(-1, V), tokens[:, 1:].reshape(-1))

    def step():
        for _ in range(windows // BATCH):
            (loss(torch.randint(0, V, (BATCH, T + 1))) * BATCH / windows).backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad()

    best = (0, 0, 0)
    for BATCH in (1, 4):
        loss(torch.randint(0, V, (BATCH, T + 1))).backward()
        optimizer.zero_grad()
        wall, cpu = time.perf_counter(), time.process_time()
        step()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        best = max(best, (windows * T / cpu, windows * T / wall, BATCH))
    print(f"| D{D} L{L} H{H} F{F} V{V} T{T} | {threads} | {best[1]:.0f} | {best[0]:.0f} | {best[2]} |", flush=True)


print("| model | threads | tokens/s | tokens per CPU second | windows at once |\n|---|---|---|---|---|")
for shape in SHAPES[int(sys.argv[2]) :][:1] if len(sys.argv) > 2 else SHAPES:
    measure(*shape)
