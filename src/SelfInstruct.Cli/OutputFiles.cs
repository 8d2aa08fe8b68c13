namespace SelfInstruct.Cli;

/// <summary>Files that a command is about to write, looked at before it reads anything: what is there is never written over.</summary>
static class OutputFiles
{
    /// <param name="files">Each with the option that names it.</param>
    /// <exception cref="InvalidDataException">One is there already, or is named twice, or its folder is missing.</exception>
    public static void CheckNew(IEnumerable<(string Option, string Path)> files)
    {
        // A disk may take two names for one that differ by case alone.
        var named = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (option, path) in files)
        {
            var full = string.IsNullOrWhiteSpace(path) ? throw new InvalidDataException($"{option} names no file.") : Path.GetFullPath(path);
            if (File.Exists(full) || Directory.Exists(full))
            {
                throw new InvalidDataException($"{option} {path}: is there already. Name another file.");
            }

            if (!named.Add(full))
            {
                throw new InvalidDataException($"{option} {path}: another file of this command has that name. Name another.");
            }

            if (!Directory.Exists(Path.GetDirectoryName(full)))
            {
                throw new InvalidDataException($"{option} {path}: its folder is not there. Make it, or name another.");
            }
        }
    }
}
