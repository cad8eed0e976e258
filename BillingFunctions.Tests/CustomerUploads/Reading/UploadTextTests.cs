using System.Text;
using BillingFunctions.CustomerUploads.Reading;

namespace BillingFunctions.Tests.CustomerUploads.Reading;

public sealed class UploadTextTests
{
    private const string Text = "id,email\r\n1,änne@example.com\n2,字😀\n";

    public static TheoryData<string, bool> Encodings => new()
    {
        { "utf-8", false }, { "utf-8", true }, { "utf-16", true }, { "utf-16BE", true },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task OpenAsync_EveryEncodingInSmallPieces_GivesUtf8WithoutMark(string name, bool mark)
    {
        var encoding = Encoding.GetEncoding(name);
        byte[] bytes = [.. mark ? encoding.GetPreamble() : [], .. encoding.GetBytes(Text)];

        Assert.Equal(Text, Encoding.UTF8.GetString(await ReadAsync(bytes, 1)));
        Assert.Equal(Text, Encoding.UTF8.GetString(await ReadAsync(bytes, 7)));
    }

    [Fact]
    public async Task OpenAsync_Empty_IsEmpty() => Assert.Empty(await ReadAsync([], 1));

    [Fact]
    public async Task ReadAsync_Latin1_IsRefusedWithTheLine()
    {
        var refusal = await Assert.ThrowsAsync<UploadRefusedException>(() => ReadAsync(Encoding.Latin1.GetBytes("id,email\n1,änne@example.com\n"), 9));

        Assert.Contains("Line 2 ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("UTF-8", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public async Task ReadAsync_Utf16WithoutMark_IsRefusedForItsNuls(string encoding)
    {
        var refusal = await Assert.ThrowsAsync<UploadRefusedException>(() => ReadAsync(Encoding.GetEncoding(encoding).GetBytes("id,email\n"), 64));

        Assert.Contains("NUL", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x69, 0x00, 0x69 })]
    [InlineData(new byte[] { 0x69, 0xC3 })]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x00, 0xD8 })]
    public async Task ReadAsync_CutInACharacter_IsRefused(byte[] bytes) => await Assert.ThrowsAsync<UploadRefusedException>(() => ReadAsync(bytes, 64));

    [Theory]
    [InlineData("utf-32")]
    [InlineData("utf-32BE")]
    public async Task OpenAsync_Utf32_IsRefused(string name)
    {
        var encoding = Encoding.GetEncoding(name);

        await Assert.ThrowsAsync<UploadRefusedException>(() => ReadAsync([.. encoding.GetPreamble(), .. encoding.GetBytes("id")], 64));
    }

    [Fact]
    public async Task ReadAsync_LineWithoutEnd_IsRefused()
    {
        var text = "id\n" + new string('x', CheckedText.LongestLine);

        Assert.Equal(text.Length, (await ReadAsync(Encoding.ASCII.GetBytes(text), 1000)).Length);
        await Assert.ThrowsAsync<UploadRefusedException>(() => ReadAsync(Encoding.ASCII.GetBytes(text + "x"), 1000));
    }

    private static async Task<byte[]> ReadAsync(byte[] bytes, int piece)
    {
        await using var text = await UploadText.OpenAsync(new PiecewiseStream(bytes, piece), TestContext.Current.CancellationToken);
        using var read = new MemoryStream();
        await text.CopyToAsync(read, TestContext.Current.CancellationToken);
        Assert.Equal(read.Length, text.Bytes);
        return read.ToArray();
    }

    /// <summary>Gives no more than a few bytes at a time, as a network may.</summary>
    private sealed class PiecewiseStream(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, piece)], cancellationToken);
    }
}
