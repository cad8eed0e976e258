using System.Globalization;
using BillingFunctions.Platform.Email;

namespace BillingFunctions.Tests.Platform.Email;

public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("ann@example.com", "ann@example.com")]
    [InlineData("Ann.O'Neil+x@Example.CO.UK", "Ann.O'Neil+x@example.co.uk")]
    [InlineData("ann@b\u00fccher.example", "ann@xn--bcher-kva.example")]
    [InlineData("ann@B\u00dcCHER.example", "ann@xn--bcher-kva.example")]
    [InlineData("ann@bu\u0308cher.example", "ann@xn--bcher-kva.example")]
    [InlineData("ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example")]
    [InlineData("ann@\uFF45\uFF58\uFF41mple\u3002com", "ann@example.com")]
    [InlineData("ann@\u4f8b\u3048.jp", "ann@xn--r8jz45g.jp")]
    public void TryParse_Address_GivesItWithTheHostThatDnsKnows(string text, string expected)
    {
        Assert.True(EmailAddress.TryParse(text, out var address));
        Assert.Equal(expected, address.Address);
    }

    [Theory]
    [InlineData("ann@example.com\u200B")]
    [InlineData("ann@exam\u00ADple.com")]
    [InlineData("\uFEFFann@example.com")]
    [InlineData("ann@example\u2060.com")]
    [InlineData("ann@example.com\u202E")]
    [InlineData("ann@exam\u200Dple.com")]
    public void TryParse_InvisibleCharacter_IsRefused(string text) => Assert.False(EmailAddress.TryParse(text, out _));

    [Theory]
    [InlineData("'ann@example.com'")]
    [InlineData("'ann@example.com")]
    [InlineData("ann'@example.com")]
    [InlineData("\u2018ann@example.com\u2019")]
    [InlineData("ann@example.com?subject=Hi")]
    [InlineData("mailto:ann@example.com")]
    [InlineData("<ann@example.com>")]
    [InlineData("ann@exa_mple.com")]
    [InlineData("ann@example.com/x")]
    [InlineData("ann@example.com;")]
    [InlineData("ann@exam%ple.com")]
    [InlineData("ann@example.c*m")]
    [InlineData("ann@localhost")]
    [InlineData("ann@127.0.0.1")]
    [InlineData("ann@example.com:25")]
    [InlineData("ann@example\u2024com")]
    [InlineData("ann@xn--a.com")]
    [InlineData("ann@-example.com")]
    [InlineData("ann@example-.com")]
    [InlineData("a..b@example.com")]
    [InlineData(".ann@example.com")]
    public void TryParse_WhatIsNoBareAddress_IsRefused(string text) => Assert.False(EmailAddress.TryParse(text, out _));

    /// <summary>Editions of IDNA differ in these, so that the mail would go to one host on this machine and to another on the next.</summary>
    [Theory]
    [InlineData("ann@stra\u00dfe.example")]
    [InlineData("ann@STRA\u1E9EE.example")]
    [InlineData("ann@\u03bb\u03cc\u03b3\u03bf\u03c2.example")]
    public void TryParse_HostThatIsReadInTwoWays_IsRefused(string text) => Assert.False(EmailAddress.TryParse(text, out _));

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void TryParse_LongLabel_MayHave63Characters(int length, bool expected) => Assert.Equal(expected, EmailAddress.TryParse($"ann@{new string('x', length)}.com", out _));

    [Theory]
    [InlineData(252, true)]
    [InlineData(254, false)]
    public void TryParse_LongHost_MayHave253Characters(int length, bool expected)
    {
        var host = string.Concat(Enumerable.Repeat(new string('x', 49) + ".", 6))[..(length - 3)] + ".de";

        Assert.Equal(expected, EmailAddress.TryParse($"a@{host}", out _));
    }

    [Fact]
    public void TryParse_OnAnotherMachine_GivesTheSame()
    {
        var here = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("tr-TR");
        try
        {
            Assert.True(EmailAddress.TryParse("ann@MINI.example", out var address));
            Assert.Equal("ann@mini.example", address.Address);
        }
        finally
        {
            CultureInfo.CurrentCulture = here;
        }
    }
}
