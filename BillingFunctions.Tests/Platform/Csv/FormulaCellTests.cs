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
    [InlineData("\uFF1D1+1")]
    [InlineData("\uFF0B4912345")]
    [InlineData("\uFF0D2")]
    [InlineData("\uFF20SUM(A1)")]
    [InlineData("\uFE66cmd")]
    [InlineData("\u22125")]
    [InlineData("\u3000\uFF1D1")]
    [InlineData("\u200B=1")]
    [InlineData("\uFEFF +1")]
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
    [InlineData("1\uFF1D1")]
    [InlineData("\u200Bx")]
    [InlineData("\u2013 dash")]
    public void Escape_Text_IsLeftAlone(string text)
    {
        Assert.Equal(text, FormulaCell.Escape(text));
        Assert.Equal(text, FormulaCell.Unescape(text));
    }
}
