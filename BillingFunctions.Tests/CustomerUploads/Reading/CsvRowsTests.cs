using System.Text;
using BillingFunctions.CustomerUploads.Reading;

namespace BillingFunctions.Tests.CustomerUploads.Reading;

public sealed class CsvRowsTests
{
    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public async Task ReadAsync_EveryLineBreak_CountsLinesAndBytes(string lineBreak)
    {
        var file = string.Join(lineBreak, "id,email", "1,ä", "", "2,\"x", "y\"", ",", "3,z");

        var rows = await ReadAsync(file);

        Assert.Equal([(2, "1|ä"), (4, $"2|x{lineBreak}y"), (7, "3|z")], rows.Select(row => ((int)row.Line, string.Join('|', row.Cells))));
        Assert.All(rows, row => Assert.Null(row.Fault));
        Assert.All(rows, row => Assert.Equal(row.Cells[0], Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(file), (int)row.Offset, 1)));
    }

    [Fact]
    public async Task ReadAsync_HintOfExcel_IsNoRow() => Assert.Equal([(3L, "1")], (await ReadAsync("sep=;\nid;email\n1;a\n")).Select(row => (row.Line, row.Cells[0])));

    [Fact]
    public async Task ReadAsync_QuoteInText_IsText() => Assert.Equal(["1", "6\" pipe"], Assert.Single(await ReadAsync("id,email\n1,6\" pipe\n")).Cells);

    [Theory]
    [InlineData(',')]
    [InlineData(';')]
    [InlineData('\t')]
    public async Task ReadAsync_EveryCellQuoted_GivesTheCells(char separator)
    {
        var rows = await ReadAsync($"\"id\"{separator}\"email\"\r\n\"1\"{separator}\"a,b;c\td\"\r\n\"2\"{separator}\"e \"\"f\"\"\"\r\n");

        Assert.Equal(["1|a,b;c\td", "2|e \"f\""], rows.Select(row => string.Join('|', row.Cells)));
        Assert.All(rows, row => Assert.Null(row.Fault));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public async Task ReadAsync_QuoteNeverClosed_LosesItsLineOnly(string lineBreak)
    {
        var rows = await ReadAsync(string.Join(lineBreak, "id,email", "1,a", "2,\"b", "3,c", "", "4,d"));

        Assert.Equal([(2, "1"), (3, "2"), (4, "3"), (6, "4")], rows.Select(row => ((int)row.Line, row.Cells[0])));
        Assert.Equal([false, true, false, false], rows.Select(row => row.Fault is not null));
        Assert.Equal("b", rows[1].Cells[1]);
    }

    [Fact]
    public async Task ReadAsync_QuoteClosedByTheNextOne_LosesTheirLinesOnly()
    {
        var rows = await ReadAsync("id,email\n1,\"a\n2,b\n3,\"c\"\n4,\"d \"\"e\"\" f\"\n5,\"g\"h\n6,i");

        Assert.Equal(["1", "2", "3", "4", "5", "6"], rows.Select(row => row.Cells[0]));
        Assert.Equal([2L, 3, 4, 5, 6, 7], rows.Select(row => row.Line));
        Assert.Equal([true, false, false, false, true, false], rows.Select(row => row.Fault is not null));
    }

    [Fact]
    public async Task ReadAsync_QuoteOpenOverMoreThanIsRead_LosesItsLineOnly()
    {
        var many = Enumerable.Range(2, 200_000).Select(number => $"{number},abcdef");

        var rows = await ReadAsync("id,email\n1,\"a\n" + string.Join('\n', many));

        Assert.Equal(200_001, rows.Count);
        Assert.Equal(2, Assert.Single(rows, row => row.Fault is not null).Line);
        Assert.Equal((200_002L, "200001"), (rows[^1].Line, rows[^1].Cells[0]));
    }

    [Fact]
    public async Task ReadAsync_EveryLineWithAnOpenQuote_GivesEachLine()
    {
        var rows = await ReadAsync("id,email\n" + string.Concat(Enumerable.Range(1, 2_000).Select(number => $"{number},\"a\n")));

        Assert.Equal(Enumerable.Range(2, 2_000), rows.Select(row => (int)row.Line));
        Assert.All(rows, row => Assert.NotNull(row.Fault));
    }

    [Fact]
    public async Task ReadAsync_HeaderOnly_IsEmpty() => Assert.Empty(await ReadAsync("id,email\r\n\r\n"));

    private static async Task<List<UploadedRow>> ReadAsync(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var header = CsvHeader.Read(bytes.AsMemory(0, Math.Min(bytes.Length, CsvHeader.MaxBytes)), isWhole: true);
        return await new CsvRows(new MemoryStream(bytes), header).ReadAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
    }
}
