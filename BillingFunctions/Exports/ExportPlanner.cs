using BillingFunctions.Exports.Files;
using BillingFunctions.Platform.Email;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.Notices;

namespace BillingFunctions.Exports;

/// <summary>Turns a request into a plan, or into what is wrong with it. Pure: whether the container exists is looked up afterwards.</summary>
internal static class ExportPlanner
{
    /// <summary>Stripe went public in 2011; no customer is older.</summary>
    private static readonly DateTimeOffset FirstCustomer = new(2010, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Younger customers may still be missing from Stripe's lists, and the window must not move while it is read.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);

    /// <summary>The plan, or null when <paramref name="errors"/> says what is wrong.</summary>
    public static ExportPlan? Plan(ExportRequest request, string runId, DateTimeOffset now, FieldErrors errors)
    {
        var target = ExportTarget.Parse(request.TargetDirectory, errors);
        var fileName = request.FileName ?? $"customers-{runId}.csv";
        ExportTarget.CheckFileName(fileName, errors);
        var fields = CustomerFields.Check(request.Fields, errors);
        CheckWindow(request, now, errors);
        CheckEmail(request.NotifyEmail, errors);
        CheckUrl(request.NotifyUrl, errors);
        if (errors.Any)
        {
            return null;
        }

        var frozen = now - Settling;
        return new ExportPlan(
            runId,
            target!.Container,
            target.Prefix.Length == 0 ? fileName : $"{target.Prefix}/{fileName}",
            fields,
            (request.CreatedFrom ?? FirstCustomer).CeilingSeconds(),
            (request.CreatedTo is { } to && to < frozen ? to : frozen).ToUnixTimeSeconds(),
            request.Overwrite,
            request.Formulas,
            request.NotifyEmail,
            request.NotifyUrl);
    }

    private static void CheckWindow(ExportRequest request, DateTimeOffset now, FieldErrors errors)
    {
        if (request.CreatedFrom > now)
        {
            errors.Add("created_from", "The value must be a time in the past.");
        }

        if (request.CreatedFrom > request.CreatedTo)
        {
            errors.Add("created_to", "The value must be a time at or after created_from.");
        }
    }

    private static void CheckEmail(string? email, FieldErrors errors)
    {
        if (email is not null && !EmailAddress.TryParse(email, out _))
        {
            errors.Add("notify_email", "The value must be one e-mail address, such as billing@example.com.");
        }
    }

    private static void CheckUrl(string? url, FieldErrors errors)
    {
        if (url is not null && !Notice.IsUrl(url))
        {
            errors.Add("notify_url", "The value must be an https address without user and fragment, such as https://example.com/hooks/exports.");
        }
    }

    /// <summary>Stripe's <c>created</c> has whole seconds: the first one that is not before the time.</summary>
    private static long CeilingSeconds(this DateTimeOffset time) =>
        time.ToUnixTimeSeconds() + (time.Ticks % TimeSpan.TicksPerSecond == 0 ? 0 : 1);
}

/// <summary>A validated export; fixed for the life of the run.</summary>
/// <param name="RunId">The run, which is also the orchestration's instance id.</param>
/// <param name="Container">The blob container.</param>
/// <param name="BlobName">The file inside it.</param>
/// <param name="Fields">The columns.</param>
/// <param name="From">First second of the window of <c>created</c>, Unix time.</param>
/// <param name="To">Last second of the window.</param>
/// <param name="Overwrite">Whether an existing file may be replaced.</param>
/// <param name="Formulas">What happens to cells that look like formulas.</param>
/// <param name="NotifyEmail">Who gets a mail when the export ends.</param>
/// <param name="NotifyUrl">Where a notice is posted when the export ends.</param>
public sealed record ExportPlan(
    string RunId,
    string Container,
    string BlobName,
    IReadOnlyList<string> Fields,
    long From,
    long To,
    bool Overwrite,
    FormulaHandling Formulas,
    string? NotifyEmail,
    string? NotifyUrl = null)
{
    /// <summary>Where the file is, as a user names it.</summary>
    public string Path => $"{Container}/{BlobName}";
}
