using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Testing.Fakes;

/// <summary>A server that answers as it is told, whatever it is asked: what a broken Stripe may say.</summary>
internal sealed class StripeAnswersFake : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(int Status, string Body)> _answers;
    private (int Status, string Body) _last;

    private StripeAnswersFake(WebApplication app, IEnumerable<(int Status, string Body)> answers) => (_app, _answers) = (app, new(answers));

    public string Url => _app.Urls.First();

    /// <param name="answers">The answers in their order; the last one again and again.</param>
    public static async Task<StripeAnswersFake> StartAsync(params IEnumerable<(int Status, string Body)> answers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var fake = new StripeAnswersFake(app, answers);
        app.Run(fake.AnswerAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return fake;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        _last = _answers.TryDequeue(out var next) ? next : _last;
        context.Response.StatusCode = _last.Status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(_last.Body);
    }
}
