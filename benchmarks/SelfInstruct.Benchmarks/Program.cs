using SelfInstruct.Benchmarks;

switch (args)
{
    case ["training"]:
        TrainingBenchmark.Run(Console.Out);
        return 0;
    case ["decoding", var folder]:
        DecodingBenchmark.Run(folder, Console.Out);
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
        Console.Error.WriteLine("Usage: SelfInstruct.Benchmarks training | decoding FOLDER | novelty ALPACA_DATA.json [verify | scale CANDIDATES]");
        return 2;
}
