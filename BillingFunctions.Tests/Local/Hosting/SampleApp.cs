using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using BillingFunctions.Local.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BillingFunctions.Tests.Local.Hosting;

/// <summary>A small app that is run as a program of its own; it stands in for exports with one that grows at each look.</summary>
public sealed class SampleApp(SampleApp.Export export)
{
    /// <summary>Runs the app as the program does, in a folder of the test.</summary>
    public static async Task RunAsync(string root, string[] args)
    {
        LocalRun.Current = new LocalRun { FunctionTypes = [typeof(SampleApp)], Root = root, IsProgram = true };
        var builder = FunctionsApplication.CreateBuilder(args);
        builder.ConfigureFunctionsWebApplication();
        builder.Services.AddSingleton<Export>();
        builder.Services.AddOptions<Limits>().Bind(builder.Configuration.GetSection("Limits")).ValidateDataAnnotations().ValidateOnStart();
        await builder.Build().RunAsync();
    }

    [Function("Hello")]
    public IResult Hello([HttpTrigger("get", Route = "hello")] HttpRequest request) => Results.Text("hello");

    [Function("Settings")]
    public IResult Settings([HttpTrigger("get", Route = "settings/{key}")] HttpRequest request, string key, FunctionContext context)
        => Results.Text(context.InstanceServices.GetRequiredService<IConfiguration>()[key]);

    [Function("StartExport")]
    public IResult StartExport([HttpTrigger("post", Route = "api/exports")] HttpRequest request) => Results.Accepted("/api/exports/e1");

    [Function("GetExport")]
    public IResult GetExport([HttpTrigger("get", Route = "api/exports/{id}")] HttpRequest request, string id) => Results.Json(export.Next(id));

    [Function("GetExportFile")]
    public IResult GetExportFile([HttpTrigger("get", Route = "api/exports/{id}/file")] HttpRequest request, string id)
        => Results.Bytes(Export.Content, "text/csv");

    public sealed class Limits
    {
        [Range(1, 10)]
        public int Low { get; init; } = 1;

        [Range(1, 10)]
        public int High { get; init; } = 10;
    }

    public sealed class Export
    {
        private int _percent;

        internal static byte[] Content { get; } = Encoding.UTF8.GetBytes("id,email\r\ncus_1,a@example.com\r\n");

        internal object Next(string id)
        {
            var percent = Math.Min(100, Interlocked.Add(ref _percent, 40) - 40);
            return new
            {
                id,
                status = percent == 100 ? "completed" : "running",
                rows = percent * 10,
                percent,
                rows_per_second = 123.4,
                file = percent == 100 ? new { path = "exports/customers.csv", bytes = Content.Length, sha256 = Hash } : null,
            };
        }

        internal static string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(Content));
    }
}
