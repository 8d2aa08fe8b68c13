namespace SelfInstruct.LocalModels.Formats;

/// <summary>Metadata values of the type that is needed, or a refusal.</summary>
internal sealed class GgufSettings(GgufReader reader)
{
    public string Text(string key) => reader.Metadata.GetValueOrDefault(key) switch
    {
        string text => text,
        var found => throw reader.Broken($"{key} is {found ?? "missing"}; a text is needed."),
    };

    public int Number(string key, int least = 1)
    {
        long? number = reader.Metadata.GetValueOrDefault(key) switch
        {
            uint value => value,
            int value => value,
            ulong value => (long)Math.Min(value, long.MaxValue),
            long value => value,
            ushort value => value,
            _ => null,
        };
        return number >= least && number <= int.MaxValue
            ? (int)number
            : throw reader.Broken($"{key} is {reader.Metadata.GetValueOrDefault(key) ?? "missing"}; a whole number from {least} is needed.");
    }

    public float Real(string key, float otherwise) =>
        reader.Metadata.GetValueOrDefault(key) switch
        {
            null => otherwise,
            float value when float.IsFinite(value) && value > 0 => value,
            var value => throw reader.Broken($"{key} is {value}; a positive number is needed."),
        };

    public bool Flag(string key, bool otherwise) =>
        reader.Metadata.GetValueOrDefault(key) switch
        {
            null => otherwise,
            bool value => value,
            var value => throw reader.Broken($"{key} is {value}; true or false is needed."),
        };

    public object[] Items(string key) =>
        reader.Metadata.GetValueOrDefault(key) as object[] ?? throw reader.Broken($"the list {key} is missing.");

    public IEnumerable<T> Items<T>(string key) =>
        Items(key).Select(item => item is T value ? value : throw reader.Broken($"{key} holds {item}, which is no {typeof(T).Name}."));
}
