using System.Text;
using BillingFunctions.Insight.Shadow.Comparisons;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.Shadow;

namespace BillingFunctions.Tests.Insight.Shadow.Comparisons;

public sealed class ComparisonFileTests
{
    [Fact]
    public void Read_AllColumns_HasTheirValues()
    {
        var (file, _) = Read("Subject;Kind;Operation;Amount;Currency;Month;Note\n42;salesforce;create_customer;;;;x\n'=7;;send_mail;1250;USD;2026-10;y\n");

        Assert.Equal(
            [
                new ComparisonRow(2, ShadowKind.Salesforce, ShadowOperation.CreateCustomer, "42", null, null, null),
                new ComparisonRow(3, ShadowKind.Mail, ShadowOperation.SendMail, "=7", 1250, "usd", "2026-10"),
            ],
            file!.Rows);
        Assert.Equal(["Note"], file.IgnoredColumns);
    }

    [Fact]
    public void Read_IdsOfSeveralKinds_TakesTheFirstThatHasAValue()
    {
        var (file, _) = Read("item_id,customer_id,operation\nii_1,42,add_lines\n,42,send_mail\n");

        Assert.Equal([("ii_1", ShadowKind.Stripe), ("42", ShadowKind.Mail)], file!.Rows.Select(row => (row.Subject, row.Kind)));
    }

    [Theory]
    [InlineData("", "file")]
    [InlineData("subject,operation\n", "file")]
    [InlineData("subject,amount\n42,1\n", "file")]
    [InlineData("operation,amount\nsend_mail,1\n", "file")]
    [InlineData("subject,subject,operation\n42,42,send_mail\n", "file")]
    [InlineData("subject,operation,amount\n42,send_mail,1\n43,send_mail,12.50\n", "line 3")]
    [InlineData("subject,operation\n42,send_letter\n", "line 2")]
    [InlineData("subject,operation\n,send_mail\n", "line 2")]
    [InlineData("subject,operation,currency\n42,send_mail,bitcoin\n", "line 2")]
    [InlineData("subject,operation,month\n42,send_mail,October\n", "line 2")]
    [InlineData("subject,operation,kind\n42,send_mail,pigeon\n", "line 2")]
    public void Read_WhatIsWrong_IsNamedWithItsLine(string text, string field)
    {
        var (file, errors) = Read(text);

        Assert.Null(file);
        Assert.Equal(field, Assert.Single(errors).Key);
    }

    [Fact]
    public void Read_ManyWrongRows_NamesAHundred() =>
        Assert.Equal(100, Read("subject,operation\n" + string.Concat(Enumerable.Repeat("42,x\n", 150))).Errors.Count);

    [Fact]
    public void Read_TooManyRows_IsRefused() =>
        Assert.Contains("50000", Assert.Single(Read("subject,operation\n" + string.Concat(Enumerable.Repeat("42,send_mail\n", ComparisonFile.MaxRows + 1))).Errors["file"]), StringComparison.Ordinal);

    [Fact]
    public void Scopes_OfRows_AreTheOperationsAndMonthsThatTheyName()
    {
        var (file, _) = Read("subject,operation,month\n1,send_mail,2026-10\n2,send_mail,2026-09\n3,send_mail,2026-10\nii_1,add_lines,2026-10\nii_2,add_lines,\n");
        var comparison = new Comparison("cmp_1", default, 5, [], ComparisonScope.Of(file!.Rows));

        Assert.True(comparison.Covers(Action(ShadowOperation.SendMail, ShadowKind.Mail, "2026-09")));
        Assert.False(comparison.Covers(Action(ShadowOperation.SendMail, ShadowKind.Mail, "2026-08")));
        Assert.True(comparison.Covers(Action(ShadowOperation.AddLines, ShadowKind.Stripe, "2026-08")));
        Assert.False(comparison.Covers(Action(ShadowOperation.UpdateLines, ShadowKind.Stripe, "2026-10")));
    }

    private static ShadowAction Action(ShadowOperation operation, ShadowKind kind, string month) => new(kind, operation, "x", "key") { Month = month };

    private static (ComparisonFile? File, IDictionary<string, string[]> Errors) Read(string text)
    {
        var errors = new FieldErrors();
        return (ComparisonFile.Read(Encoding.UTF8.GetBytes(text), errors), errors.ByField);
    }
}
