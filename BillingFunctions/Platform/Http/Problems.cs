using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Stripe;
using Microsoft.AspNetCore.Http;
using Stripe;

namespace BillingFunctions.Platform.Http;

/// <summary>Refusals as RFC 9457 <c>application/problem+json</c>.</summary>
internal static class Problems
{
    /// <summary>400: what is wrong with which fields.</summary>
    public static IResult Invalid(FieldErrors errors) => Results.ValidationProblem(
        errors.ByField, "Nothing was changed. See 'errors' for each field and what is allowed.", title: "The request is not valid", type: Type("invalid"));

    public static IResult Invalid(string field, string message) => Invalid(new FieldErrors().Add(field, message));

    /// <summary>404: there is no such thing.</summary>
    public static IResult NotFound(string what) => Problem(StatusCodes.Status404NotFound, "not-found", "Not found", $"There is no {what}.");

    /// <summary>409: not possible as things stand.</summary>
    public static IResult Conflict(string detail, FieldErrors? errors = null) =>
        Problem(StatusCodes.Status409Conflict, "conflict", "Not possible in the present state", detail, errors);

    /// <summary>422: understood, but not allowed.</summary>
    public static IResult Unprocessable(string detail, FieldErrors? errors = null) =>
        Problem(StatusCodes.Status422UnprocessableEntity, "unprocessable", "Understood, but not allowed", detail, errors);

    /// <summary>422: what is wrong with which fields.</summary>
    public static IResult Unprocessable(FieldErrors errors) => Unprocessable("Nothing was changed. See 'errors' for each field and what is allowed.", errors);

    /// <summary>503: a setting is missing.</summary>
    public static IResult Off(SettingMissingException missing) =>
        Problem(StatusCodes.Status503ServiceUnavailable, "off", "This part of the app is off", $"{missing.Message} See /api/health for what is on.");

    /// <summary>What a request is answered whose function has thrown.</summary>
    /// <returns>The problem, and whether something is wrong on our side rather than with the request or the settings.</returns>
    public static (IResult Problem, bool IsOurs) From(Exception exception) => ((exception as AggregateException)?.InnerException ?? exception) switch
    {
        BadHttpRequestException bad => (Problem(bad.StatusCode, "bad-request", "The request cannot be read", bad.Message), false),
        InvalidJsonException json => (Invalid(json.Field, json.Message), false),
        SettingMissingException off => (Off(off), false),
        var failure and (StripeException or StripeThrottledException or StripeListException) when StripeFailure.From(failure, CancellationToken.None) is { } stripe =>
            (Problem(StatusCodes.Status502BadGateway, "stripe", "Stripe did not do what was asked", stripe.Reason), true),
        _ => (Problem(
            StatusCodes.Status500InternalServerError, "internal", "Something went wrong on our side", "Nothing is known to be wrong with the request; it may be sent again."), true),
    };

    public static IResult Problem(int status, string type, string title, string detail, FieldErrors? errors = null) => Results.Problem(
        detail,
        statusCode: status,
        title: title,
        type: Type(type),
        extensions: errors is null ? null : new Dictionary<string, object?> { ["errors"] = errors.ByField });

    private static string Type(string name) => $"urn:billing-functions:problem:{name}";
}

/// <summary>What is wrong, by the name of the field as the caller wrote it.</summary>
internal sealed class FieldErrors
{
    private readonly Dictionary<string, List<string>> _errors = [];

    public bool Any => _errors.Count > 0;

    public IDictionary<string, string[]> ByField => _errors.ToDictionary(error => error.Key, error => error.Value.ToArray());

    public FieldErrors Add(string field, string message)
    {
        if (!_errors.TryGetValue(field, out var messages))
        {
            _errors[field] = messages = [];
        }

        messages.Add(message);
        return this;
    }
}
