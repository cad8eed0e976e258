using System.Text.RegularExpressions;
using BillingFunctions.Local.Hosting;
using Microsoft.Extensions.Configuration;

namespace BillingFunctions.Local.Functions;

/// <summary>Fills settings into what attributes say: <c>%Invoicing:Schedule%</c> stands for the value of that setting.</summary>
internal sealed partial class SettingExpressions(IConfiguration settings)
{
    /// <param name="text">What the attribute says.</param>
    /// <param name="subject">Whose it is, to begin an error message with.</param>
    /// <exception cref="StartupException">A setting is not there.</exception>
    public string Resolve(string text, string subject)
        => Setting().Replace(text, match => settings[match.Groups["name"].Value] is { Length: > 0 } value
            ? value
            : throw new StartupException($"{subject}: the setting {match.Groups["name"].Value} that {text} refers to is not set."));

    [GeneratedRegex("%(?<name>[^%]+)%", RegexOptions.NonBacktracking)]
    private static partial Regex Setting();
}
