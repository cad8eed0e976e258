using BillingFunctions.Local.Functions;
using Microsoft.AspNetCore.Http;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>The HTTP request of an invocation.</summary>
public static class FunctionContextExtensions
{
    /// <summary>The request and response of an HTTP function.</summary>
    /// <param name="context">The invocation.</param>
    /// <returns>Null for a function with another trigger.</returns>
    public static HttpContext? GetHttpContext(this FunctionContext context)
        => context.Items.TryGetValue(Invocation.HttpContextKey, out var value) ? value as HttpContext : null;
}
