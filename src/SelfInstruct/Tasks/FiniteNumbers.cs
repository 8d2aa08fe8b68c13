using System.Text.Json;
using System.Text.Json.Serialization;

namespace SelfInstruct.Tasks;

/// <summary>Numbers that are numbers: 1e400 would be read as infinity, which cannot be written again.</summary>
sealed class FiniteNumbers : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDouble() is var number && double.IsFinite(number) ? number : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
