using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Platform.Http;

/// <summary>The answer to a POST that created something, in a form that can be stored and given again.</summary>
internal sealed record CreatedAnswer(int StatusCode, string? Location, string Json) : IResult
{
    /// <summary>202: it has been taken on; <paramref name="location"/> tells how far it is.</summary>
    public static CreatedAnswer Accepted<T>(string location, T body) =>
        new(StatusCodes.Status202Accepted, location, JsonSerializer.Serialize(body, ApiJson.Options));

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCode;
        httpContext.Response.Headers.Location = Location;
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        return httpContext.Response.WriteAsync(Json, httpContext.RequestAborted);
    }
}
