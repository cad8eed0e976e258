using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;

namespace BillingFunctions.Local.Functions;

/// <summary>Writes what an HTTP function returned.</summary>
internal static class HttpResults
{
    /// <returns>False when the result says nothing about the response, which then is what the function itself has written.</returns>
    public static async Task<bool> WriteAsync(object? result, HttpContext http)
    {
        switch (result)
        {
            case IActionResult action:
                await action.ExecuteResultAsync(new ActionContext(http, http.GetRouteData(), new ActionDescriptor()));
                return true;
            case IResult plain:
                await plain.ExecuteAsync(http);
                return true;
            default:
                return false;
        }
    }
}
