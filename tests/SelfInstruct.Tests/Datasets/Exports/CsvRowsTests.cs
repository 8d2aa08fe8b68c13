using SelfInstruct.Datasets.Exports;

namespace SelfInstruct.Tests.Datasets.Exports;

/// <summary>RFC 4180: as many fields in every row as in the header; a quote inside quotes is doubled, and quotes close at the end of a field.</summary>
public sealed class CsvRowsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("instruction,input,output\na,b,\"c\nd,e,f\n", 2)]
    [InlineData("instruction,input,output\na,b,c\nd,e\n", 3)]
    [InlineData("instruction,input,output\na,b,c,d\n", 2)]
    [InlineData("instruction,input,output\n\n\"a\nb\",,c\n,d\n", 5)]
    [InlineData("instruction,output,output\na,b,c\n", 1)]
    [InlineData("instruction,input,output\na,b,\"He said \"hi\" there\"\n", 2)]
    [InlineData("instruction,input,output\na,b,\"c\" d\n", 2)]
    public void A_row_that_is_not_whole_is_refused_with_its_line(string text, int line) =>
        Assert.Contains($"rows.csv({line}): ", Assert.Throws<InvalidDataException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("instruction,input,output\na,b,c\n\nd,,f\n\n", "a|b|c d||f")]
    [InlineData("output,instruction\r\n\"c \"\"x\"\"\r\n\",a\r\n", "a||c \"x\"\r\n")]
    [InlineData("instruction,input,output\na,,\n", "a||")]
    public void Blank_lines_are_no_rows_and_quoted_text_is_as_it_was(string text, string rows) => Assert.Equal(rows, Read(text));

    public void Dispose() => _folder.Dispose();

    string Read(string text) => string.Join(
        ' ',
        CsvRows.Read(_folder.Write("rows.csv", text)).Select(static row => string.Join('|', new[] { "instruction", "input", "output" }.Select(name => row.GetProperty(name).GetString()))));
}
