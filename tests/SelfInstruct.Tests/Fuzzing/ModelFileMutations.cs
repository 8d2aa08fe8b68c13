using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace SelfInstruct.Tests.Fuzzing;

/// <summary>Breaks GGUF where it says how it is to be read: counts, lengths, types, dimensions, offsets, keys.</summary>
static class GgufMutation
{
    public static byte[] Break(byte[] input, ImmutableArray<string> words, Random random)
    {
        var fields = Find(input);
        if (fields is [])
        {
            return Mutation.WithNumber(input, random.Next(input.Length + 1), random);
        }

        var field = Mutation.Pick(fields, random);
        return random.Next(6) switch
        {
            0 when field.Entry is { } entry => [.. input[..entry.Start], .. input[entry.End..]],
            1 when field.Entry is { } entry => WithCount(input, entry.CountAt, 1, [.. input[..entry.End], .. input[entry.Start..entry.End], .. input[entry.End..]]),
            2 when field.Entry is { } entry => WithCount(input, entry.CountAt, -1, [.. input[..entry.Start], .. input[entry.End..]]),
            3 when field.Entry is { } entry => Rename(input, entry, words, random),
            _ => Mutation.WithNumber(input, field.At, random, field.Width),
        };
    }

    /// <summary>Every field that a reader goes by, as far as the file can be followed.</summary>
    static List<Field> Find(byte[] input)
    {
        List<Field> fields = [new(0, 4, null), new(4, 4, null), new(8, 8, null), new(16, 8, null)];
        try
        {
            var reader = new Walk(input, fields);
            reader.Read();
        }
        catch (Exception e) when (e is FormatException or ArgumentOutOfRangeException)
        {
            // It is broken from here on.
        }

        return [.. fields.Where(field => field.At + field.Width <= input.Length)];
    }

    static byte[] WithCount(byte[] input, int at, int more, byte[] changed)
    {
        BinaryPrimitives.WriteInt64LittleEndian(changed.AsSpan(at), BinaryPrimitives.ReadInt64LittleEndian(input.AsSpan(at)) + more);
        return changed;
    }

    static byte[] Rename(byte[] input, Entry entry, ImmutableArray<string> words, Random random)
    {
        var name = Encoding.UTF8.GetBytes(Mutation.Pick(words, random));
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(input.AsSpan(entry.Start));
        var announced = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(announced, name.Length);
        return [.. input[..entry.Start], .. announced, .. name, .. input[(entry.Start + 8 + length)..]];
    }

    sealed record Entry(int Start, int End, int CountAt);

    sealed record Field(int At, int Width, Entry? Entry);

    sealed class Walk(byte[] input, List<Field> fields)
    {
        int _at = 24;

        public void Read()
        {
            var (tensors, values) = (BinaryPrimitives.ReadInt64LittleEndian(input.AsSpan(8)), BinaryPrimitives.ReadInt64LittleEndian(input.AsSpan(16)));
            for (var i = 0L; i < values; i++)
            {
                Mark(16, () =>
                {
                    Text();
                    Value(Number(4));
                });
            }

            for (var i = 0L; i < tensors; i++)
            {
                Mark(8, () =>
                {
                    Text();
                    var rank = Number(4);
                    for (var d = 0; d < rank && d < 8; d++)
                    {
                        Number(8);
                    }

                    Number(4);
                    Number(8);
                });
            }
        }

        void Mark(int countAt, Action read)
        {
            var (start, first) = (_at, fields.Count);
            read();
            var entry = new Entry(start, _at, countAt);
            for (var i = first; i < fields.Count; i++)
            {
                fields[i] = fields[i] with { Entry = entry };
            }
        }

        long Number(int width, bool marks = true)
        {
            if (marks)
            {
                fields.Add(new Field(_at, width, null));
            }

            var value = width == 4 ? BinaryPrimitives.ReadInt32LittleEndian(input.AsSpan(_at)) : BinaryPrimitives.ReadInt64LittleEndian(input.AsSpan(_at));
            _at += width;
            return value;
        }

        void Text(bool marks = true)
        {
            var length = Number(8, marks);
            _at = length >= 0 && length <= input.Length - _at ? _at + (int)length : throw new FormatException("A length beyond the file.");
        }

        void Value(long type, bool marks = true)
        {
            switch (type)
            {
                case 8:
                    Text(marks);
                    break;
                case 9:
                    var (element, count) = (Number(4), Number(8));
                    for (var i = 0L; i < count; i++)
                    {
                        Value(element, marks: i < 2);
                    }

                    break;
                default:
                    var width = type switch { 0 or 1 or 7 => 1, 2 or 3 => 2, 4 or 5 or 6 => 4, 10 or 11 or 12 => 8, _ => throw new FormatException("A type that is not known.") };
                    if (marks)
                    {
                        fields.Add(new Field(_at, width, null));
                    }

                    _at = _at + width <= input.Length ? _at + width : throw new FormatException("A type that is not known.");
                    break;
            }
        }
    }
}

/// <summary>Breaks the header of safetensors, which is JSON behind its length; mostly the length is put right again.</summary>
static class SafetensorsMutation
{
    public static byte[] Break(byte[] input, ImmutableArray<string> words, Random random)
    {
        var length = input.Length >= 8 ? BinaryPrimitives.ReadInt64LittleEndian(input) : -1;
        if (random.Next(8) == 0 || length < 0 || length > input.Length - 8)
        {
            return Mutation.WithNumber(input, 0, random, 8);
        }

        var header = input[8..(8 + (int)length)];
        header = new JsonMutation(words).Break(header, header, random);
        var announced = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(announced, random.Next(10) == 0 ? length : header.Length);
        return [.. announced, .. header, .. input[(8 + (int)length)..]];
    }
}
