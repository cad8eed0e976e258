using BillingFunctions.Platform.Csv;

namespace BillingFunctions.Tests.Platform.Csv;

public sealed class FormulaCellTests
{
    [Theory]
    [InlineData("=1+1")]
    [InlineData("+4912345")]
    [InlineData("-2")]
    [InlineData("@SUM(A1)")]
    [InlineData("\t=1")]
    [InlineData("\tx")]
    [InlineData("\rx")]
    [InlineData("  =1")]
    [InlineData(" \t@x")]
    [InlineData("\u00a0=1")]
    public void Escape_Formula_GetsAnApostrophe(string text)
    {
        Assert.Equal("'" + text, FormulaCell.Escape(text));
        Assert.Equal(text, FormulaCell.Unescape(FormulaCell.Escape(text)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("a=b")]
    [InlineData("Müller & Söhne")]
    [InlineData("'quoted'")]
    [InlineData(" 12")]
    public void Escape_Text_IsLeftAlone(string text)
    {
        Assert.Equal(text, FormulaCell.Escape(text));
        Assert.Equal(text, FormulaCell.Unescape(text));
    }
}
