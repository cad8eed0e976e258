using System.CommandLine;
using System.Globalization;

namespace BillingFunctions.LocalHost.Commands;

/// <summary>A month on the command line.</summary>
internal static class MonthArgument
{
    public static Argument<string> Create()
    {
        var argument = new Argument<string>("yyyy-MM") { Description = "The month, UTC." };
        argument.Validators.Add(result =>
        {
            var text = result.Tokens[0].Value;
            if (!DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            {
                result.AddError($"'{text}' is not a month such as 2026-10.");
            }
        });
        return argument;
    }
}
