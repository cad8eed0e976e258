using System.ComponentModel.DataAnnotations;
using System.Text;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Platform.Notices;

/// <summary>The <c>Notices__…</c> settings.</summary>
public sealed class NoticeOptions : IValidatableObject
{
    public const string Section = "Notices";

    private const string Prefix = "whsec_";
    private const int MinBytes = 24;

    /// <summary>What notices are signed with: <c>whsec_</c> and at least 24 bytes in Base64. Without it the app makes a secret, and keeps it in the row <c>notices</c> of the table <c>Secrets</c>.</summary>
    public string? Secret { get; set; }

    /// <summary>The bytes of the secret; null when none is set.</summary>
    internal byte[]? SecretBytes => string.IsNullOrEmpty(Secret) ? null : Parse(Secret) ?? throw new OptionsValidationException(Section, typeof(NoticeOptions), [Allowed]);

    private static string Allowed => $"{Section}__{nameof(Secret)} must be {Prefix} and the Base64 of at least {MinBytes} bytes.";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!string.IsNullOrEmpty(Secret) && Parse(Secret) is null)
        {
            // The value stays out of the message: it is a secret.
            yield return new ValidationResult(Allowed, [nameof(Secret)]);
        }
    }

    private static byte[]? Parse(string text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        return text.StartsWith(Prefix, StringComparison.Ordinal) && Convert.TryFromBase64String(text[Prefix.Length..], bytes, out var length) && length >= MinBytes ? bytes[..length] : null;
    }
}

[OptionsValidator]
internal sealed partial class NoticeOptionsValidator : IValidateOptions<NoticeOptions>;
