namespace SelfInstruct.Tests;

sealed class TemporaryFolder : IDisposable
{
    public string FolderPath { get; } = Directory.CreateTempSubdirectory("selfinstruct-").FullName;

    public string In(string name) => Path.Combine(FolderPath, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(In(name), text);
        return In(name);
    }

    public void Dispose() => Directory.Delete(FolderPath, recursive: true);
}
