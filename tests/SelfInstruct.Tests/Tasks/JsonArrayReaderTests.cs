using System.Text;
using System.Text.Json;
using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Tasks;

public sealed class JsonArrayReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1 << 20)]
    public void Elements_come_out_whatever_pieces_the_stream_gives(int piece)
    {
        var text = "\uFEFF [ {\"a\":\"[{,]\"} , {\"b\":{\"c\":[1,{}]}},\n{ \"long\": \"" + new string('x', piece < 100 ? 2000 : 200_000) + "\" }, 5, null, [1], {} ]\n ";
        using var stream = new Pieces(Encoding.UTF8.GetBytes(text), piece);
        var reader = new JsonArrayReader(stream);
        List<string?> elements = [];
        while (reader.TryReadNext(out var element))
        {
            elements.Add(element?.ToJsonString()[..Math.Min(10, element.ToJsonString().Length)]);
        }

        Assert.Equal(["{\"a\":\"[{,]", "{\"b\":{\"c\":", "{\"long\":\"x", null, null, null, "{}"], elements);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("[{")]
    [InlineData("[{}")]
    [InlineData("[{} {}]")]
    [InlineData("[{},]")]
    [InlineData("[{}] x")]
    [InlineData("{}")]
    [InlineData("")]
    public void What_is_no_array_is_refused(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var reader = new JsonArrayReader(stream);
        Assert.ThrowsAny<JsonException>(() =>
        {
            while (reader.TryReadNext(out _))
            {
            }
        });
    }

    sealed class Pieces(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, piece));
    }
}
