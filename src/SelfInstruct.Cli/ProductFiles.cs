namespace SelfInstruct.Cli;

/// <summary>What ships beside the program.</summary>
static class ProductFiles
{
    public static string SeedTasks => Find("data", "seed_tasks.jsonl");

    public static string UserOrientedTasks => Find("data", "user_oriented_tasks.jsonl");

    public static string StarterWeights => Find("models", "starter", "starter.gguf");

    public static string StarterConfiguration => Find("models", "starter", "run.yaml");

    static string Find(params string[] parts)
    {
        var path = Path.Combine([AppContext.BaseDirectory, .. parts]);
        return File.Exists(path)
            ? path
            : throw new InvalidDataException($"{path}: is part of the product but not there. Build or install it again.");
    }
}
