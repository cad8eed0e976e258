using System.ComponentModel.DataAnnotations;
using System.Net.Mail;
using MailKit.Security;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Platform.Email;

/// <summary>The <c>Email__…</c> settings.</summary>
public sealed class EmailOptions : IValidatableObject
{
    public const string Section = "Email";

    private const string FromSetting = $"{Section}__{nameof(From)}";
    private const string HostSetting = $"{Section}__{nameof(Smtp)}__{nameof(SmtpOptions.Host)}";

    /// <summary>The settings without which no mail is sent.</summary>
    public static string[] Required => [FromSetting, HostSetting];

    /// <summary>The sender of all mails: an address, or a name and an address such as <c>Billing &lt;billing@example.com&gt;</c>.</summary>
    public string From { get; set; } = "";

    /// <summary>Why no mail can be sent; null when one can.</summary>
    internal string? FirstMissing => string.IsNullOrWhiteSpace(Smtp.Host) ? HostSetting : string.IsNullOrWhiteSpace(From) ? FromSetting : null;

    [ValidateObjectMembers]
    public SmtpOptions Smtp { get; set; } = new();

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // The framework takes all but the last of several addresses for a name.
        if (From.Length > 0
            && (From.Any(char.IsControl)
            || !MailAddress.TryCreate(From, out var sender)
            || sender.DisplayName.Contains('@')
            || !EmailAddress.TryParse(sender.Address, out _)))
        {
            yield return new ValidationResult("Email__From must be an e-mail address, such as billing@example.com or Billing <billing@example.com>.", [nameof(From)]);
        }
    }
}

/// <summary>The <c>Email__Smtp__…</c> settings.</summary>
public sealed class SmtpOptions : IValidatableObject
{
    private const int ImplicitTlsPort = 465;

    /// <summary>The mail server. Without one no mail is sent, and whoever asks for one learns that.</summary>
    public string? Host { get; set; }

    /// <summary>1 to 65535. On 465 TLS begins with the first byte, whatever <see cref="UseTls"/> says (RFC 8314).</summary>
    public int Port { get; set; } = 587;

    /// <summary>The account on the mail server; empty when it asks for none.</summary>
    public string? UserName { get; set; }

    public string? Password { get; set; }

    /// <summary>Whether to speak TLS, begun by STARTTLS on ports other than 465. A server that does not offer it gets neither the password nor a mail.</summary>
    public bool UseTls { get; set; } = true;

    internal SecureSocketOptions Security => Port == ImplicitTlsPort ? SecureSocketOptions.SslOnConnect : UseTls ? SecureSocketOptions.StartTls : SecureSocketOptions.None;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Host is { Length: > 0 } host && Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            yield return new ValidationResult("Email__Smtp__Host must be the name or the IP address of a mail server, without a scheme or a port.", [nameof(Host)]);
        }

        if (Port is < 1 or > 65535)
        {
            yield return new ValidationResult("Email__Smtp__Port must be a port from 1 to 65535.", [nameof(Port)]);
        }

        if (string.IsNullOrEmpty(UserName) != string.IsNullOrEmpty(Password))
        {
            yield return new ValidationResult("Email__Smtp__UserName and Email__Smtp__Password must both be set or both be empty.", [nameof(UserName)]);
        }
    }
}

[OptionsValidator]
internal sealed partial class EmailOptionsValidator : IValidateOptions<EmailOptions>;
