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

    /// <summary>
    /// The document is built by calls within calls, and so is a hash of it: brackets without end, an alias that stands for
    /// what holds it, or aliases of aliases would end the process. A list that is aliased is common: our own files have it.
    /// </summary>
    sealed class ShallowParser(IParser events) : IParser
    {
        const int Deepest = 64;

        readonly Stack<string> _open = [];
        readonly HashSet<string> _withAlias = new(StringComparer.Ordinal);

        public ParsingEvent? Current => events.Current;

        public bool MoveNext()
        {
            var moved = events.MoveNext();
            switch (Current)
            {
                case SequenceStart or MappingStart:
                    _open.Push(((NodeEvent)Current).Anchor is { IsEmpty: false } anchor ? anchor.Value : "");
                    break;
                case SequenceEnd or MappingEnd:
                    _open.Pop();
                    break;
                case AnchorAlias { Value.Value: var name } when _open.Contains(name) || _withAlias.Contains(name):
                    throw Wrong($"*{name} stands for what holds it, or for something with an alias of its own; write it out.");
                case AnchorAlias:
                    _withAlias.UnionWith(_open);
                    break;
                default:
                    break;
            }

            return _open.Count <= Deepest ? moved : throw Wrong($"It nests more than {Deepest} levels deep.");
        }

        YamlException Wrong(string what) => new(Current!.Start, Current.End, what);
    }
}
