using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Platform.Http;

/// <summary>The answer to a POST that created something, in a form that can be stored and given again.</summary>
internal sealed record CreatedAnswer(int StatusCode, string? Location, string Json) : IResult, IStatusCodeHttpResult
{
    int? IStatusCodeHttpResult.StatusCode => StatusCode;

    /// <summary>202: it has been taken on; <paramref name="location"/> tells how far it is.</summary>
    public static CreatedAnswer Accepted<T>(string location, T body) =>
        new(StatusCodes.Status202Accepted, location, JsonSerializer.Serialize(body, ApiJson.Options));

    /// <summary>201: it is there.</summary>
    public static CreatedAnswer Created<T>(string location, T body) =>
        new(StatusCodes.Status201Created, location, JsonSerializer.Serialize(body, ApiJson.Options));

    /// <summary>200: what was asked for has been done, as far as it could be.</summary>
    public static CreatedAnswer Done<T>(T body) => new(StatusCodes.Status200OK, Location: null, JsonSerializer.Serialize(body, ApiJson.Options));

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCode;
        httpContext.Response.Headers.Location = Location;
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        return httpContext.Response.WriteAsync(Json, httpContext.RequestAborted);
    }
}
