using System.Net.Mail;
using BillingFunctions.Platform.Http;

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
            request.NotifyEmail);
    }

    private static void CheckWindow(ExportRequest request, DateTimeOffset now, FieldErrors errors)
    {
        if (request.CreatedFrom > now)
        {
            errors.Add("created_from", "A time in the past is allowed.");
        }

        if (request.CreatedFrom > request.CreatedTo)
        {
            errors.Add("created_to", "A time at or after created_from is allowed.");
        }
    }

    private static void CheckEmail(string? email, FieldErrors errors)
    {
        if (email is not null && (!MailAddress.TryCreate(email, out var address) || address.Address != email))
        {
            errors.Add("notify_email", "One e-mail address is allowed, such as billing@example.com.");
        }
    }

    /// <summary>Stripe's <c>created</c> has whole seconds: the first one that is not before the time.</summary>
    private static long CeilingSeconds(this DateTimeOffset time) =>
        time.ToUnixTimeSeconds() + (time.Ticks % TimeSpan.TicksPerSecond == 0 ? 0 : 1);
}
