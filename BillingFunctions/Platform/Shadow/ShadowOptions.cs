using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Platform.Shadow;

/// <summary>The <c>Shadow__…</c> settings.</summary>
public sealed class ShadowOptions
{
    public const string Section = "Shadow";

    /// <summary>The name of <see cref="Enabled"/>, for people.</summary>
    public const string EnabledSetting = $"{Section}__{nameof(Enabled)}";

    /// <summary>Whether everything is computed and recorded, and nothing is written to Stripe or Salesforce, mailed or posted. A storage account is used with one value for ever, see <see cref="StorageMode"/>.</summary>
    [Required]
    public bool Enabled { get; set; }
}

[OptionsValidator]
internal sealed partial class ShadowOptionsValidator : IValidateOptions<ShadowOptions>;
