using System.Globalization;
using System.Text.Json;

namespace BillingFunctions.Dashboard.Components;

/// <summary>How values are written in the dashboard.</summary>
internal static class Names
{
    /// <summary>A value of an enumeration as the API writes it.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>What the API writes in snake case, such as a status, for people.</summary>
    public static string InWords(string name) => name.Replace('_', ' ');

    /// <summary>A number of things, such as <c>1 mail</c> or <c>1,250 mails</c>.</summary>
    public static string Count(long number, string thing) => number == 1 ? $"1 {thing}" : $"{Of(number)} {thing}s";

    /// <summary>A whole number with its thousands apart.</summary>
    public static string Of(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A length of time in its two largest units, such as <c>3 h 20 min</c>.</summary>
    public static string Of(TimeSpan time) => time switch
    {
        { TotalDays: >= 1 } => $"{(int)time.TotalDays} d {time.Hours} h",
        { TotalHours: >= 1 } => $"{time.Hours} h {time.Minutes} min",
        { TotalMinutes: >= 1 } => $"{time.Minutes} min {time.Seconds} s",
        _ => $"{time.Seconds} s",
    };
}
