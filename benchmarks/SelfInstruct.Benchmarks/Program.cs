using SelfInstruct.Benchmarks;

switch (args)
{
    case ["training"]:
        TrainingBenchmark.Run(Console.Out);
        return 0;
    case ["decoding"]:
        DecodingBenchmark.Run(Console.Out);
        return 0;
    default:
        Console.Error.WriteLine("Usage: SelfInstruct.Benchmarks training|decoding");
        return 2;
}
