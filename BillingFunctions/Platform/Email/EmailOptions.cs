using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Platform.Email;

/// <summary>The <c>Email__…</c> settings.</summary>
public sealed class EmailOptions
{
    public const string Section = "Email";

    /// <summary>The sender of all mails.</summary>
    [Required(ErrorMessage = "Email__From must be the address that mails are sent from.")]
    [EmailAddress(ErrorMessage = "Email__From must be an e-mail address.")]
    public string From { get; set; } = "billing@example.com";

    [ValidateObjectMembers]
    public SmtpOptions Smtp { get; set; } = new();
}

/// <summary>The <c>Email__Smtp__…</c> settings.</summary>
public sealed class SmtpOptions
{
    /// <summary>The mail server. Without one no mail is sent, and whoever asks for one learns that.</summary>
    public string? Host { get; set; }

    [Range(1, 65535, ErrorMessage = "Email__Smtp__Port must be a port from 1 to 65535.")]
    public int Port { get; set; } = 587;

    public string? UserName { get; set; }

    public string? Password { get; set; }

    /// <summary>Whether to speak TLS (STARTTLS).</summary>
    public bool UseTls { get; set; } = true;
}

[OptionsValidator]
internal sealed partial class EmailOptionsValidator : IValidateOptions<EmailOptions>;
