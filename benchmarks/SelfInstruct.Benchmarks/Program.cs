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
    case ["decoding"]:
        DecodingBenchmark.Run(Console.Out);
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
    default:
        Console.Error.WriteLine("Usage: SelfInstruct.Benchmarks training [models | memory] | checkpoint FILE.gguf | decoding | novelty ALPACA_DATA.json [verify | scale CANDIDATES]");
        return 2;
}
