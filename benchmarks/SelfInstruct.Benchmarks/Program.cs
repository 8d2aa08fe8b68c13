using SelfInstruct.Benchmarks;

switch (args)
{
    case ["training"]:
        TrainingBenchmark.Run(Console.Out);
        return 0;
    case ["training", "models"]:
        TrainingBenchmark.RunModels(Console.Out);
        return 0;
    case ["training", "memory"]:
        TrainingBenchmark.RunMemory(Console.Out);
        return 0;
    case ["checkpoint", var file]:
        RandomCheckpoint.Write(file);
        return 0;
    case ["decoding", var folder]:
        DecodingBenchmark.Run(folder, Console.Out);
        return 0;
    case ["log"]:
        await LogBenchmark.RunAsync(Console.Out);
        return 0;
    case ["novelty", var file]:
        NoveltyBenchmark.Run(file, Console.Out);
        return 0;
    case ["novelty", var file, "verify"]:
        NoveltyBenchmark.Verify(file, Console.Out);
        return 0;
    case ["novelty", var file, "scale", var candidates]:
        NoveltyBenchmark.Scale(file, int.Parse(candidates), Console.Out);
        return 0;
    case ["evaluation", .. var predictions]:
        EvaluationBenchmark.Run(predictions, Console.Out);
        return 0;
    case ["lint", var file]:
        LintBenchmark.Run(file, Console.Out);
        return 0;
    case ["calls"]:
        await CallsBenchmark.RunAsync(Console.Out);
        return 0;
    case ["calls", "serve"]:
        await CallsServer.RunAsync(Console.Out);
        return 0;
    case ["calls", var kind, var address, var inFlight]:
        await CallsBenchmark.RunClientAsync(kind, new Uri(address), int.Parse(inFlight), Console.Out);
        return 0;
    case ["scale-simulation"]:
        ScaleSimulation.Run(new SimulatedRun(Shards: 16, PromptsPerRound: 4_000, RoundsInFlight: 2, InFlight: 3_200, CallSeconds: 3, Cores: 8), Console.Out);
        return 0;
    case ["shared-run", "work", var address, var file]:
        await SharedRunBenchmark.WorkAsync(address, file);
        return 0;
    case ["shared-run", "rebuild", var server, var file, var count]:
        await SharedRunBenchmark.RebuildAsync(server, file, int.Parse(count), Console.Out);
        return 0;
    case ["shared-run", var server, var file, var processes]:
        await SharedRunBenchmark.RunAsync(server, file, int.Parse(processes), Console.Out);
        return 0;
    default:
        Console.Error.WriteLine("Usage: SelfInstruct.Benchmarks training [models | memory] | checkpoint FILE.gguf | decoding FOLDER | log | calls | novelty ALPACA_DATA.json [verify | scale CANDIDATES] | evaluation [PREDICTIONS.jsonl ...] | lint ALPACA_DATA.json | shared-run [rebuild] postgres://USER@HOST:PORT/DATABASE ALPACA_DATA.json COUNT | scale-simulation");
        return 2;
}
