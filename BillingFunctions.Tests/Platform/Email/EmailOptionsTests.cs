using BillingFunctions.Platform.Email;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Tests.Platform.Email;

public sealed class EmailOptionsTests
{
    [Theory]
    [InlineData("nobody", "127.0.0.1", 25, "", "", "Email__From")]
    [InlineData("a@example.com\r\nBcc: eve@example.com", "127.0.0.1", 25, "", "", "Email__From")]
    [InlineData("a@example.com, b@example.com", "127.0.0.1", 25, "", "", "Email__From")]
    [InlineData("billing@exa_mple.com", "127.0.0.1", 25, "", "", "Email__From")]
    [InlineData("Billing <billing@example.com?subject=Hi>", "127.0.0.1", 25, "", "", "Email__From")]
    [InlineData("billing@exam\u200Bple.com", "127.0.0.1", 25, "", "", "Email__From")]
    [InlineData("a@example.com", "smtp://mail", 25, "", "", "Email__Smtp__Host")]
    [InlineData("a@example.com", "mail:25", 25, "", "", "Email__Smtp__Host")]
    [InlineData("a@example.com", "mail", 0, "", "", "Email__Smtp__Port")]
    [InlineData("a@example.com", "mail", 25, "me", "", "Email__Smtp__UserName")]
    [InlineData("a@example.com", "mail", 25, "", "secret", "Email__Smtp__UserName")]
    public void Validate_WrongValue_NamesTheSetting(string from, string host, int port, string user, string password, string setting)
    {
        var result = Validate(from, host, port, user, password);

        Assert.True(result.Failed);
        Assert.Contains(setting, result.FailureMessage, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", result.FailureMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("billing@example.com", "")]
    [InlineData("", "127.0.0.1")]
    [InlineData("Billing <billing@example.com>", "mail.example.com")]
    [InlineData("billing@bücher.example", "10.0.0.1")]
    public void Validate_RightValues_Succeeds(string from, string host) => Assert.True(Validate(from, host, 587, "", "").Succeeded);

    private static ValidateOptionsResult Validate(string from, string host, int port, string user, string password) => new EmailOptionsValidator().Validate(
        name: null, new EmailOptions { From = from, Smtp = new SmtpOptions { Host = host, Port = port, UserName = user, Password = password } });
}
