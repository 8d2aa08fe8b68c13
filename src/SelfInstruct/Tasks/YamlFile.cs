using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace SelfInstruct.Tasks;

/// <summary>Reads YAML that people write.</summary>
static class YamlFile
{
    /// <exception cref="InvalidDataException">Not YAML, or nested beyond any use; says where.</exception>
    public static IList<YamlDocument> Read(TextReader reader, string path)
    {
        var (stream, events) = (new YamlStream(), new ShallowParser(new Parser(reader)));
        try
        {
            stream.Load(events);
        }
        catch (YamlException e)
        {
            throw new InvalidDataException($"{path}({e.Start.Line}): not valid YAML. {e.Message}", e);
        }

        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // The library's own way to say it of a few texts, as of ":\n{\nd".
            throw new InvalidDataException($"{path}({events.Current?.End.Line ?? 1}): not valid YAML. Mend what follows there.", e);
        }

        return stream.Documents;
    }

    /// <summary>A single value; empty for one that is left out.</summary>
    /// <exception cref="InvalidDataException">A list or a mapping.</exception>
    public static string TextOf(YamlNode node, string path) =>
        node is YamlScalarNode scalar ? scalar.Value ?? "" : throw new InvalidDataException($"{path}({node.Start.Line}): a list or a mapping stands where a single value belongs. Write the value.");

    /// <summary>The document is built by calls within calls: a file of brackets would end the process.</summary>
    sealed class ShallowParser(IParser events) : IParser
    {
        const int Deepest = 64;

        int _depth;

        public ParsingEvent? Current => events.Current;

        public bool MoveNext()
        {
            var moved = events.MoveNext();
            _depth += events.Current?.NestingIncrease ?? 0;
            return _depth <= Deepest ? moved : throw new YamlException(events.Current!.Start, events.Current.End, $"It nests more than {Deepest} levels deep.");
        }
    }
}
