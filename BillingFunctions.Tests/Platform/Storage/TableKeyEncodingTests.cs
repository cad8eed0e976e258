using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Tests.Platform.Storage;

/// <summary>Any id has a key that storage takes, its own, and comes back from it.</summary>
public sealed class TableKeyEncodingTests
{
    [Theory]
    [InlineData("cus_1")]
    [InlineData("ada@example.com")]
    [InlineData("a/b\\c#d?e")]
    [InlineData("tab\tand\u0085line\u007f")]
    [InlineData("\ue02f and / and \ue100")]
    [InlineData("李小龍 😀")]
    [InlineData("..")]
    public void ToId_OfItsKey_IsTheId(string id)
    {
        var key = TableKey.From(id);

        Assert.DoesNotContain(key, letter => letter is '/' or '\\' or '#' or '?' || char.IsControl(letter));
        Assert.Equal(id, TableKey.ToId(key));
    }

    [Fact]
    public void From_IdsThatDifferInALetterThatStandsForAnother_Differ() => Assert.NotEqual(TableKey.From("a/b"), TableKey.From("a\ue02fb"));

    [Fact]
    public void From_TheLongestIds_FitAKey()
    {
        Assert.Equal(255, TableKey.From(new string('/', 255)).Length);
        Assert.Equal(510, TableKey.From(new string('\ue000', 255)).Length);
    }

    [Fact]
    public void IsValid_Lengths_AreOneTo255()
    {
        Assert.False(TableKey.IsValid(""));
        Assert.False(TableKey.IsValid(null));
        Assert.True(TableKey.IsValid(new string('/', 255)));
        Assert.False(TableKey.IsValid(new string('a', 256)));
    }
}
