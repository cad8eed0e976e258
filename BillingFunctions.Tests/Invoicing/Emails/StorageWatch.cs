using System.Collections.Concurrent;
using System.Text.Json;
using System.Web;
using System.Xml.Linq;
using Azure.Core;
using Azure.Core.Pipeline;
using BillingFunctions.Invoicing.Invoices;

namespace BillingFunctions.Tests.Invoicing.Emails;

/// <summary>Sees every call that a simulated process makes to storage, and may spoil it.</summary>
/// <param name="faultOf">What goes wrong with the n-th call, from 1.</param>
/// <param name="sent">Told of every message that is put on the queue of mails, and its delay.</param>
internal sealed class StorageWatch(Func<int, HttpMessage, StorageFault> faultOf, Action<InvoiceEmail, TimeSpan> sent) : HttpPipelinePolicy
{
    private readonly TaskCompletionSource _frozen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _calls;

    /// <summary>Method and path of every call.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Ends when the process is frozen.</summary>
    public Task Frozen => _frozen.Task;

    public int TableWrites => Calls.Count(call => !call.StartsWith("GET", StringComparison.Ordinal) && !IsQueue(call));

    public int QueueMessages => Calls.Count(IsQueue);

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var uri = message.Request.Uri.ToUri();
        Calls.Enqueue($"{message.Request.Method} {uri.AbsolutePath}");
        var fault = faultOf(Interlocked.Increment(ref _calls), message);
        await ActAsync(fault, StorageFault.FreezeBefore, StorageFault.FailBefore);
        await ProcessNextAsync(message, pipeline);
        if (message.Response.Status < 300 && IsQueue($"{message.Request.Method} {uri.AbsolutePath}"))
        {
            sent(await ReadAsync(message), Delay(uri));
        }

        await ActAsync(fault, StorageFault.FreezeAfter, StorageFault.FailAfter);
    }

    private async Task ActAsync(StorageFault fault, StorageFault freeze, StorageFault fail)
    {
        if (fault == freeze)
        {
            _frozen.TrySetResult();
            await new TaskCompletionSource().Task;
        }

        if (fault == fail)
        {
            throw new IOException("The storage account is out of reach.");
        }
    }

    private static bool IsQueue(string call) => call.StartsWith("POST", StringComparison.Ordinal) && call.EndsWith($"{InvoiceEmail.Queue}/messages", StringComparison.Ordinal);

    private static async Task<InvoiceEmail> ReadAsync(HttpMessage message)
    {
        using var body = new MemoryStream();
        await message.Request.Content!.WriteToAsync(body, CancellationToken.None);
        body.Position = 0;
        var text = XDocument.Load(body).Descendants("MessageText").Single().Value;
        return JsonSerializer.Deserialize<InvoiceEmail>(Convert.FromBase64String(text))!;
    }

    private static TimeSpan Delay(Uri uri) =>
        HttpUtility.ParseQueryString(uri.Query)["visibilitytimeout"] is { } seconds ? TimeSpan.FromSeconds(double.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture)) : TimeSpan.Zero;
}

/// <summary>What goes wrong with a call to storage.</summary>
internal enum StorageFault
{
    None,

    /// <summary>The process dies before the call.</summary>
    FreezeBefore,

    /// <summary>The process dies when the call is done.</summary>
    FreezeAfter,

    /// <summary>The call never arrives.</summary>
    FailBefore,

    /// <summary>The call is done, but its answer never arrives.</summary>
    FailAfter,
}
