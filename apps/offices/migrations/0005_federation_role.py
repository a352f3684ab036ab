"""残联 has a post of its own (R-CJ-13)."""

from django.db import migrations, models

ROLES = [
    "village_helper",
    "township_clerk",
    "township_lead",
    "federation",
    "county_clerk",
    "county_supervisor",
    "checker",
    "approver",
    "finance",
    "leader",
    "auditor",
    "system_admin",
    "security_admin",
    "audit_admin",
]


class Migration(migrations.Migration):
    dependencies = [("offices", "0004_preferences")]

    operations = [
        migrations.AlterField(
            model_name="staff",
            name="role",
            field=models.CharField(
                choices=[
                    ("village_helper", "村级协理员"),
                    ("township_clerk", "乡镇经办"),
                    ("township_lead", "乡镇分管"),
                    ("federation", "县残联"),
                    ("county_clerk", "县级经办"),
                    ("county_supervisor", "县级审核"),
                    ("checker", "复核"),
                    ("approver", "审批"),
                    ("finance", "财务"),
                    ("leader", "局领导"),
                    ("auditor", "审计"),
                    ("system_admin", "系统管理员"),
                    ("security_admin", "安全管理员"),
                    ("audit_admin", "审计管理员"),
                ],
                max_length=20,
                verbose_name="岗位",
            ),
        ),
        migrations.RemoveConstraint(model_name="staff", name="staff_role_is_known"),
        migrations.AddConstraint(
            model_name="staff",
            constraint=models.CheckConstraint(
                condition=models.Q(role__in=ROLES), name="staff_role_is_known"
            ),
        ),
    ]
