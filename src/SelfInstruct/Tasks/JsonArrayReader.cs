using System.Text.Json;
using System.Text.Json.Nodes;

namespace SelfInstruct.Tasks;

/// <summary>The elements of one JSON array in a stream, one after another: never more than the longest is in memory.</summary>
sealed class JsonArrayReader(Stream stream)
{
    static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    byte[] _buffer = new byte[1 << 16];
    int _start;
    int _end;
    bool _isLast;
    bool _isOpen;
    JsonReaderState _state;

    /// <param name="element">Null for an element that is no object.</param>
    /// <returns>False at the array's end.</returns>
    /// <exception cref="JsonException">Not one JSON array.</exception>
    public bool TryReadNext(out JsonObject? element)
    {
        Open();
        while (true)
        {
            var unread = _buffer.AsSpan(_start, _end - _start);
            var reader = new Utf8JsonReader(unread, _isLast, _state);
            if (reader.Read() && (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray) || reader.TrySkip()))
            {
                return Take(reader, unread, out element);
            }

            Fill();
        }
    }

    void Open()
    {
        while (!_isOpen)
        {
            Fill();
            _start = _buffer.AsSpan(0, _end).StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;
            var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _isLast, default);
            if ((_isLast || _end > ByteOrderMark.Length) && reader.Read())
            {
                _isOpen = reader.TokenType is JsonTokenType.StartArray ? true : throw new JsonException("It begins with something else.");
                Advance(reader);
            }
        }
    }

    bool Take(Utf8JsonReader reader, ReadOnlySpan<byte> unread, out JsonObject? element)
    {
        element = null;
        if (reader.TokenType is JsonTokenType.EndArray && reader.CurrentDepth == 0)
        {
            Advance(reader);
            ReadEnd();
            return false;
        }

        if (reader.TokenType is JsonTokenType.EndObject)
        {
            // Before the object there is at most a comma and white space.
            var text = unread[..(int)reader.BytesConsumed];
            element = JsonSerializer.Deserialize(text[text.IndexOf((byte)'{')..], TaskJson.Format.JsonObject);
        }

        Advance(reader);
        return true;
    }

    /// <summary>Nothing but white space may follow.</summary>
    void ReadEnd()
    {
        while (!_isLast)
        {
            Fill();
        }

        new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), isFinalBlock: true, _state).Read();
    }

    void Advance(Utf8JsonReader reader)
    {
        _start += (int)reader.BytesConsumed;
        _state = reader.CurrentState;
    }

    void Fill()
    {
        if (_isLast)
        {
            throw new JsonException("It ends before its closing bracket.");
        }

        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _end * 2);
        }

        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        (_end, _isLast) = (_end + read, read == 0);
    }
}
