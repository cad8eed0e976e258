using BillingFunctions.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace BillingFunctions.Dashboard.Fragments;

/// <summary>
/// Answers requests of the dashboard, which htmx marks with <c>HX-Request</c>, in HTML: the function is the same as for everybody else, with the same checks and the same audit, and what it answers is shown by the
/// <see cref="FragmentView{T}"/> of its type. Before the middleware that turns exceptions into problems, since those are shown too.
/// </summary>
internal sealed class FragmentMiddleware(HtmlPages pages) : IFunctionsWorkerMiddleware
{
    private const string Htmx = "HX-Request";

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        await next(context);
        if (context.GetHttpContext() is { } http && http.Request.Headers.ContainsKey(Htmx) && context.GetInvocationResult() is { Value: IResult answer } result)
        {
            result.Value = await ShowAsync(http, answer);
        }
    }

    private async Task<IResult> ShowAsync(HttpContext http, IResult answer)
    {
        var status = (answer as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK;
        if (status == StatusCodes.Status204NoContent)
        {
            // Nothing is what takes the place of something that was deleted.
            return answer;
        }

        var (component, model) = ViewOf(answer);
        var headers = http.Response.Headers;
        headers.Vary = Htmx;

        if (model is ProblemDetails && !HttpMethods.IsGet(http.Request.Method))
        {
            headers["HX-Retarget"] = "#message";
            headers["HX-Reswap"] = "innerHTML";
        }

        return await pages.ShowAsync(http.Request, component, new Dictionary<string, object?> { [nameof(FragmentView<object>.Model)] = model }, status);
    }

    private static (Type Component, object Model) ViewOf(IResult answer) => answer switch
    {
        CreatedAnswer { Location: { } location } => (typeof(AcceptedView), location),
        IValueHttpResult { Value: ProblemDetails problem } => (typeof(ProblemView), problem),
        IValueHttpResult { Value: { } value } when FragmentViews.Find(value.GetType()) is { } view => (view, value),

        // Never as it is: what stands in it is not escaped.
        _ => (typeof(ProblemView), new ProblemDetails { Title = "There is no view of this answer", Detail = "Ask for it without the HX-Request header to get it as JSON." }),
    };
}
